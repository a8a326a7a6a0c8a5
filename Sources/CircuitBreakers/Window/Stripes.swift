import CThread
#if DEBUG
import StateMachines
#endif
import Synchronization

/// Words of a contended breaker that are there eight times, in cache lines of their own, so that threads which count at the
/// same time need not wait for each other.
///
/// A thread counts in one of the eight lanes; who reads adds all of them up. Nothing but speed depends on which lane
/// it is. Like ``FlagRing`` this is a pointer without ownership.
@safe
struct Stripes: @unchecked Sendable {
    /// Blocks of sixteen words a lane: two cache lines, because processors fetch them in pairs.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    static let lanes = 8
    private static let block = 16

    /// Makes them, all 0.
    ///
    /// - Parameter count: of words a lane.
    init(count: Int) {
        let size = Self.size(count)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size * 8, alignment: Self.block * 8)
        unsafe words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: size)
        for index in 0..<size { unsafe (words + index).initialize(to: Atomic(0)) }
    }

    /// Those at an address that ``address`` gave; `nil` for 0.
    @inline(__always)
    init?(at address: UInt) {
        guard let words = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else { return nil }
        unsafe self.words = words
    }

    /// A multiple of 128.
    var address: UInt { unsafe UInt(bitPattern: words) }

    func deallocate(count: Int) {
        unsafe words.deinitialize(count: Self.size(count))
        unsafe UnsafeMutableRawPointer(words).deallocate()
    }

    private static func size(_ count: Int) -> Int { (count + block - 1) / block * block * lanes }

    /// A word of a lane.
    @inline(__always)
    func word(_ index: Int, in lane: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe words + ((index >> 4) << 7 | lane << 4 | index & 15)
    }

    /// The lane of the calling thread.
    ///
    /// - Parameter seed: an odd number; with another one the threads are dealt out anew.
    /// - Returns: 0 to 7.
    @inline(__always)
    static func lane(_ seed: UInt64) -> Int {
        #if DEBUG
        if let lane = SchedulePoint.lane { return lane & (lanes - 1) }
        #endif
        let thread = UInt64(smr_thread())
        return Int(truncatingIfNeeded: (thread &* seed) >> 61)
    }
}

/// What a breaker counts in lanes, one word each: they lie in one cache line, so that a call needs no other.
extension Stripes {
    enum Counter: Int, CaseIterable {
        /// Admitted calls.
        case admitted
        /// Successes that found a count window full of successes.
        case recorded
    }

    /// Counters that begin at 0.
    static func counters(_ generation: UInt32) -> Stripes {
        let stripes = Stripes(count: Counter.allCases.count)
        for counter in Counter.allCases { _ = stripes.restart(counter, generation) }
        return stripes
    }

    func deallocateCounters() { deallocate(count: Counter.allCases.count) }

    @inline(__always)
    func counter(_ counter: Counter, in lane: Int) -> UnsafePointer<TaggedCounter> {
        // A counter is that one word.
        unsafe UnsafeRawPointer(word(counter.rawValue, in: lane)).assumingMemoryBound(to: TaggedCounter.self)
    }

    /// What all lanes have counted.
    func count(_ counter: Counter) -> Int {
        (0..<Self.lanes).reduce(0) { unsafe $0 + self.counter(counter, in: $1).pointee.count }
    }

    /// Ends a generation and starts the next one.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the count of the old one.
    func restart(_ counter: Counter, _ generation: UInt32) -> Int {
        (0..<Self.lanes).reduce(0) { unsafe $0 + self.counter(counter, in: $1).pointee.restart(generation) }
    }
}
