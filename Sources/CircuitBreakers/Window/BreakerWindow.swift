import Synchronization

/// The windows of a breaker: the one in use, and those that reconfigurations replaced.
///
/// Recorders find the one in use by its address and touch it without a lock, so memory is given back only when the
/// breaker is gone. A replaced ring or window is closed and is used again when its shape is wanted again: there are at
/// most two of each of 21 ring shapes, and of each number of slices.
struct BreakerWindow: ~Copyable, Sendable {
    /// The address of the ring of failures; 0 with a time window.
    private let ringAddress = Atomic<UInt>(0)
    /// The address of what alone takes part in a recorded success: the ring of failures, or, with an odd address, the
    /// time window; 0 where slow calls count or the clock is injected.
    private let plainAddress = Atomic<UInt>(0)
    /// The address of the ring of slow calls; 0 without one.
    private let slowAddress = Atomic<UInt>(0)
    /// The address of the time window; 0 with a count window.
    private let sliceAddress = Atomic<UInt>(0)

    init() {}

    @inline(__always) var ring: FlagRing? { FlagRing(at: ringAddress.load(ordering: .acquiring)) }

    /// What alone is to be told of a success.
    @inline(__always) var plain: Plain {
        let address = plainAddress.load(ordering: .acquiring)
        if address & 1 == 0 { return FlagRing(at: address).map(Plain.ring) ?? .neither }
        return TimeSlices(at: address & ~1).map(Plain.slices) ?? .neither
    }

    /// See ``plain``.
    enum Plain {
        case ring(FlagRing)
        case slices(TimeSlices)
        /// More is to be told.
        case neither
    }

    @inline(__always) var slowRing: FlagRing? { FlagRing(at: slowAddress.load(ordering: .acquiring)) }

    @inline(__always) var slices: TimeSlices? { TimeSlices(at: sliceAddress.load(ordering: .acquiring)) }

    /// Shows recorders another window.
    ///
    /// Under the breaker's lock.
    func publish(ring: FlagRing?, slowRing: FlagRing?, slices: TimeSlices?) {
        plainAddress.store(0, ordering: .sequentiallyConsistent)
        // The slow ring first and the failures' last: who finds the ring of failures finds the slow ring that goes
        // with it.
        slowAddress.store(slowRing?.address ?? 0, ordering: .sequentiallyConsistent)
        sliceAddress.store(slices?.address ?? 0, ordering: .sequentiallyConsistent)
        ringAddress.store(ring?.address ?? 0, ordering: .sequentiallyConsistent)
    }

    /// Opens the straight road, or closes it.
    ///
    /// Under the breaker's lock, after each change of the window or of what counts.
    func straighten(_ isPlain: Bool) {
        var address: UInt = 0
        if isPlain, slowRing == nil { address = ring?.address ?? slices.map { $0.address | 1 } ?? 0 }
        plainAddress.store(address, ordering: .sequentiallyConsistent)
    }
}

/// All memory that windows of one breaker ever used; part of its locked state.
struct WindowMemory: ~Copyable {
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
    mutating func slices(buckets: Int) -> TimeSlices {
        guard let index = idleSlices.firstIndex(where: { $0.buckets == buckets }) else {
            return TimeSlices(buckets: buckets)
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
