import StateMachines
import Synchronization

/// How a breaker counts that several threads use at the same time.
extension CircuitBreaker {
    /// Its lanes; `nil` while nobody was in another one's way.
    @inline(__always) var stripes: Stripes? { Stripes(at: rare.stripes.load(ordering: .acquiring)) }

    /// The lane of the calling thread, on a striped road.
    @inline(__always) var lane: Int { Stripes.lane(rare.laneSeed.value) }

    /// Calls that were admitted in the current generation.
    ///
    /// To be read behind what is settled of them.
    var admitted: Int { admissions.count + (stripes?.count(.admitted) ?? 0) }

    /// Ends a generation of admissions and starts the next one.
    ///
    /// Under the lock.
    ///
    /// - Returns: the count of the old one.
    func restartAdmissions(_ generation: UInt32) -> Int {
        admissions.restart(generation) + (stripes?.restart(.admitted, generation) ?? 0)
    }

    /// A recorder lost against another one.
    ///
    /// Where that happens often, each of a few threads gets words of its own to count in. Where they have them, threads
    /// that share a lane part; of more threads than lanes some will always meet, so that is tried ``mostDeals`` times.
    ///
    /// - Parameters:
    ///   - road: how the recorder got there.
    ///   - stamp: losses under one stamp are within a while.
    @inline(never)
    func noteLoss(_ road: BreakerWindow.Road, _ stamp: UInt32) {
        guard !road.isStriped || rare.deals.value < Self.mostDeals else { return }
        if !ownsRareWords { cold.withLock { _ in ownRareWords() } }
        guard rare.losses.note(stamp) else { return }
        guard road.isStriped else { return stripe() }
        rare.deals.value += 1
        rare.laneSeed.value = rare.laneSeed.value &* 0xD134_2543_DE82_EF95
    }

    private static let mostDeals = 256

    /// Gives each of a few threads words of its own to count in.
    ///
    /// Once for each time window, once for all count windows of a breaker, and only where threads were in each other's way: for that the memory is too much to have it
    /// everywhere.
    func stripe() {
        cold.withLock { _ in
            ownRareWords()
            if stripes == nil {
                rare.stripes.store(Stripes.counters(machine.current.sequence).address, ordering: .releasing)
            }
            window.slices?.stripe()
            straighten()
        }
    }
}

/// How often a recorder lost against another one: `[stamp 32 | lost 32]`.
struct LossCount: ~Copyable, Sendable {
    private let word = Atomic<UInt64>(0)

    /// So often under one stamp is often.
    static let often = 64

    /// Notes a loss.
    ///
    /// - Returns: whether that is now often; then it begins anew.
    func note(_ stamp: UInt32) -> Bool {
        let found = word.load(ordering: .relaxed)
        let lost = found >> 32 == UInt64(stamp) ? found & 0xFFFF_FFFF + 1 : 1
        let isOften = lost >= Self.often
        // Another one's note may be lost here; there will be more.
        let (noted, _) = word.compareExchange(
            expected: found,
            desired: UInt64(stamp) << 32 | (isOften ? 0 : lost),
            ordering: .relaxed
        )
        return noted && isOften
    }
}
