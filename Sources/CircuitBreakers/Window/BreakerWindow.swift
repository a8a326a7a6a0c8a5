import Synchronization

/// The windows of a breaker: the one in use, and those that reconfigurations replaced.
///
/// Recorders find the one in use by its address and touch it without a lock, so memory is given back only when the
/// breaker is gone. A replaced ring or window is closed and is used again when its shape is wanted again: there are at
/// most two of each of 21 ring shapes for failures and for slow calls, and of each number of slices with slow calls and
/// without.
struct BreakerWindow: ~Copyable, Sendable {
    /// The address and what else ``Road`` says.
    private let word = Atomic<UInt>(0)

    init() {}

    /// The window in use.
    enum Kind {
        case ring(FlagRing)
        case slices(TimeSlices)
        case neither
    }

    /// The window in use, and how a success gets there: `[address | timed 1 | striped 1 | straight 1 | slices 1]`.
    ///
    /// Memory begins at a multiple of sixteen.
    struct Road {
        fileprivate var word: UInt

        fileprivate static let slices: UInt = 1
        fileprivate static let straight: UInt = 2
        fileprivate static let striped: UInt = 4
        fileprivate static let timed: UInt = 8
        private static let all: UInt = 15

        /// Whether nothing takes part in a success in CLOSED but the window, the system's clock, and the ring of slow
        /// calls where they count.
        @inline(__always) var isStraight: Bool { word & Self.straight != 0 }
        /// Whether slow calls count.
        @inline(__always) var isTimed: Bool { word & Self.timed != 0 }
        /// Whether calls are counted in stripes: several threads use the breaker at the same time.
        @inline(__always) var isStriped: Bool { word & Self.striped != 0 }
        @inline(__always) var hasSlices: Bool { word & Self.slices != 0 }

        /// What most roads are: ``isStraight``, and neither timed nor striped.
        @inline(__always) var isPlain: Bool { word & (Self.straight | Self.timed | Self.striped) == Self.straight }

        @inline(__always) private var address: UInt { word & ~Self.all }

        /// The time window of a road that ``hasSlices``.
        @inline(__always) var slices: TimeSlices? { TimeSlices(at: address) }
        /// The ring of failures of another one.
        @inline(__always) var ring: FlagRing? { FlagRing(at: address) }

        @inline(__always) var kind: Kind {
            hasSlices ? slices.map(Kind.slices) ?? .neither : ring.map(Kind.ring) ?? .neither
        }
    }

    @inline(__always) var road: Road { Road(word: word.load(ordering: .acquiring)) }

    @inline(__always) var kind: Kind { road.kind }

    /// The ring of failures; `nil` with a time window.
    @inline(__always) var ring: FlagRing? {
        let road = road
        return road.hasSlices ? nil : road.ring
    }

    /// The time window; `nil` with a count window.
    @inline(__always) var slices: TimeSlices? {
        let road = road
        return road.hasSlices ? road.slices : nil
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
            case .slices(let slices): slices.address | Road.slices
            case .neither: 0
            }
        word.store(bits, ordering: .sequentiallyConsistent)
    }

    /// Opens the straight road, or closes it.
    ///
    /// Under the breaker's lock, after each change of the window or of what counts.
    func open(straight isStraight: Bool, timed isTimed: Bool, striped isStriped: Bool) {
        let bits = word.load(ordering: .relaxed) & ~(Road.straight | Road.timed | Road.striped)
        word.store(
            bits | (isStraight ? Road.straight : 0) | (isTimed ? Road.timed : 0) | (isStriped ? Road.striped : 0),
            ordering: .sequentiallyConsistent
        )
    }
}

/// All memory that windows of one breaker used before; part of its locked state.
struct WindowMemory {
    /// Of failures, and of slow calls: a recorder that sleeps may still hold one of the former, and must never find it as one
    /// of the latter.
    private var idleRings: [FlagRing] = []
    private var idleSlowRings: [FlagRing] = []
    private var idleSlices: [TimeSlices] = []

    init() {}

    /// A closed ring of failures with room for `size` records.
    mutating func ring(size: Int) -> FlagRing { Self.ring(size: size, from: &idleRings) }

    /// A closed ring of slow calls with room for `size` records.
    mutating func slowRing(size: Int) -> FlagRing { Self.ring(size: size, from: &idleSlowRings) }

    private static func ring(size: Int, from idle: inout [FlagRing]) -> FlagRing {
        let capacity = FlagRing.capacity(for: size)
        guard let index = idle.firstIndex(where: { $0.capacity == capacity }) else { return FlagRing(size: size) }
        return idle.remove(at: index)
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
        if let slowRing { idleSlowRings.append(slowRing) }
        if let slices { idleSlices.append(slices) }
    }

    /// Gives all of it back.
    ///
    /// Nobody may touch it any more.
    mutating func deallocate() {
        for ring in idleRings + idleSlowRings { ring.deallocate() }
        for slices in idleSlices { slices.deallocate() }
        idleRings = []
        idleSlowRings = []
        idleSlices = []
    }
}
