import Synchronization

/// The windows of a breaker: the one in use, and those that reconfigurations replaced.
///
/// Recorders find the one in use by its address and touch it without a lock, so memory is given back only when the
/// breaker is gone. A replaced ring or window is closed and is used again when its shape is wanted again: there are at
/// most two of each of 21 ring shapes, and of each number of slices with slow calls and without.
struct BreakerWindow: ~Copyable, Sendable {
    /// `[address | plain 1 | slices 1]`: memory begins at a multiple of eight.
    ///
    /// Slices: a time window, else a ring of failures. Plain: it alone takes part in a recorded success; not so where slow
    /// calls count or the clock is injected.
    private let word = Atomic<UInt>(0)

    private static let slices: UInt = 1
    private static let plain: UInt = 2

    init() {}

    /// The window in use.
    enum Kind {
        case ring(FlagRing)
        case slices(TimeSlices)
        /// None; or, where one was asked for that is ``plain``, more is to be told.
        case neither
    }

    @inline(__always)
    private static func kind(_ word: UInt) -> Kind {
        let address = word & ~(slices | plain)
        if word & slices == 0 { return FlagRing(at: address).map(Kind.ring) ?? .neither }
        return TimeSlices(at: address).map(Kind.slices) ?? .neither
    }

    @inline(__always) var kind: Kind { Self.kind(word.load(ordering: .acquiring)) }

    /// The window that alone is to be told of a success.
    @inline(__always) var plain: Kind {
        let word = word.load(ordering: .acquiring)
        return word & Self.plain == 0 ? .neither : Self.kind(word)
    }

    /// The ring of failures; `nil` with a time window.
    @inline(__always) var ring: FlagRing? {
        guard case .ring(let ring) = kind else { return nil }
        return ring
    }

    /// The time window; `nil` with a count window.
    @inline(__always) var slices: TimeSlices? {
        guard case .slices(let slices) = kind else { return nil }
        return slices
    }

    /// What a window like this is made from; `nil` before there is one.
    var shape: CircuitBreaker.Configuration.Window? {
        switch kind {
        case .ring(let ring): .count(size: Int(ring.size))
        case .slices(let slices):
            .time(milliseconds: slices.sliceMs * Int64(slices.buckets), buckets: slices.buckets)
        case .neither: nil
        }
    }

    /// Shows recorders another window, with the straight road closed.
    ///
    /// Under the breaker's lock, behind the ring of slow calls: who finds the ring of failures finds the slow ring that
    /// goes with it.
    func publish(_ kind: Kind) {
        let bits: UInt =
            switch kind {
            case .ring(let ring): ring.address
            case .slices(let slices): slices.address | Self.slices
            case .neither: 0
            }
        word.store(bits, ordering: .sequentiallyConsistent)
    }

    /// Opens the straight road, or closes it.
    ///
    /// Under the breaker's lock, after each change of the window or of what counts.
    func straighten(_ isPlain: Bool) {
        let bits = word.load(ordering: .relaxed) & ~Self.plain
        word.store(bits | (isPlain ? Self.plain : 0), ordering: .sequentiallyConsistent)
    }
}

/// All memory that windows of one breaker used before; part of its locked state.
struct WindowMemory {
    private var idleRings: [FlagRing] = []
    private var idleSlices: [TimeSlices] = []

    init() {}

    /// A closed ring with room for `size` records.
    mutating func ring(size: Int) -> FlagRing {
        let capacity = FlagRing.capacity(for: size)
        guard let index = idleRings.firstIndex(where: { $0.capacity == capacity }) else { return FlagRing(size: size) }
        return idleRings.remove(at: index)
    }

    /// A closed time window.
    mutating func slices(buckets: Int, tracksSlow: Bool) -> TimeSlices {
        guard let index = idleSlices.firstIndex(where: { $0.buckets == buckets && $0.tracksSlow == tracksSlow }) else {
            return TimeSlices(buckets: buckets, tracksSlow: tracksSlow)
        }
        return idleSlices.remove(at: index)
    }

    /// Takes back what is no longer in use; it is closed.
    mutating func take(_ ring: FlagRing?, _ slowRing: FlagRing?, _ slices: TimeSlices?) {
        if let ring { idleRings.append(ring) }
        if let slowRing { idleRings.append(slowRing) }
        if let slices { idleSlices.append(slices) }
    }

    /// Gives all of it back.
    ///
    /// Nobody may touch it any more.
    mutating func deallocate() {
        for ring in idleRings { ring.deallocate() }
        for slices in idleSlices { slices.deallocate() }
        idleRings = []
        idleSlices = []
    }
}
