import StateMachines
import Synchronization

/// How a breaker counts that several threads use at the same time.
extension CircuitBreaker {
    /// Calls that were admitted in the current generation.
    ///
    /// To be read behind what is settled of them.
    var admitted: Int {
        guard let stripes = Stripes(at: rare.stripes.load(ordering: .acquiring)) else { return admissions.count }
        return (0..<Stripes.lanes).reduce(admissions.count) { unsafe $0 + stripes.counter(in: $1).pointee.count }
    }

    /// Ends a generation of admissions and starts the next one.
    ///
    /// Under the lock.
    ///
    /// - Returns: the count of the old one.
    func restartAdmissions(_ generation: UInt32) -> Int {
        let count = admissions.restart(generation)
        guard let stripes = Stripes(at: rare.stripes.load(ordering: .relaxed)) else { return count }
        return (0..<Stripes.lanes)
            .reduce(count) { unsafe $0 + stripes.counter(in: $1).pointee.restart(generation) }
    }

    /// The lane of the calling thread, on a striped road.
    @inline(__always) var lane: Int { Stripes.lane(rare.laneSeed.value) }

    /// A recorder lost against another one in a slice: if that happens often it is to be avoided.
    func noteLoss(_ road: BreakerWindow.Road, _ slices: TimeSlices) {
        if road.isStriped {
            // Threads that share a lane part; of more threads than lanes some will always meet.
            let lost = rare.lostInLanes.value &+ 1
            rare.lostInLanes.value = lost
            if lost & 63 == 0 { rare.laneSeed.value = rare.laneSeed.value &* 0xD134_2543_DE82_EF95 }
        } else if slices.noteLoss(slices.settled.stamp) {
            stripe()
        }
    }

    /// Gives each of a few threads words of its own to count in.
    ///
    /// Once for each time window, and only where threads were in each other's way: for that the memory is too much to have
    /// it everywhere.
    func stripe() {
        cold.withLock { _ in
            guard let slices = window.slices else { return }
            ownRareWords()
            if rare.stripes.load(ordering: .relaxed) == 0 {
                let stripes = Stripes(count: 1)
                for lane in 0..<Stripes.lanes {
                    _ = unsafe stripes.counter(in: lane).pointee.restart(machine.current.sequence)
                }
                rare.stripes.store(stripes.address, ordering: .releasing)
            }
            slices.stripe()
            straighten()
        }
    }
}
