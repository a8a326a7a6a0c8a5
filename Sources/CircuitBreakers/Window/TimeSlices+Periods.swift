import Synchronization

/// The ends and beginnings of periods; everything here happens under the breaker's lock.
extension TimeSlices {
    /// What a window held when it was closed.
    struct Cut {
        /// What each slice showed, the one of `now` first, then the one before it and so on.
        var slices: [WindowTotals]
        /// All outcomes that had not left, those too that have expired.
        var recorded: Int
        /// The time from which `slices` count.
        var now: Int64
        var lineage: UInt64

        var totals: WindowTotals { slices.reduce(into: .zero) { $0.add($1) } }
    }

    /// Lets nothing more be recorded; what comes next has stamps above every one that was given.
    ///
    /// Under the breaker's lock, for a window that is open.
    ///
    /// - Parameters:
    ///   - now: the time of the cut; the latest time counts if it is later.
    ///   - latest: reads the breaker's latest time.
    /// - Returns: what the window held.
    func close(now: Int64, latest: () -> Int64) -> Cut {
        let period = unsafe words[0].load(ordering: .relaxed)
        let closed = period ^ Self.closedBit
        unsafe words[0].store(closed, ordering: .sequentiallyConsistent)
        let now = max(now, latest())
        let number = max(0, now &- start) / sliceMs
        let count = buckets
        // A recorder never goes behind the period; whatever reads there finds everything expired.
        let shown = UInt32(truncatingIfNeeded: period &+ UInt64(min(number, end + Int64(count))))
        let highest = UInt32(truncatingIfNeeded: period &+ UInt64(min(number, end)))
        // Older than everything in the next period, newer than everything a recorder of this one can still hold.
        let empty = UInt64(highest &+ 1) << 32
        var slices = [WindowTotals](repeating: .zero, count: count)
        var recorded = 0
        func cut(_ word: UnsafeMutablePointer<Atomic<UInt64>>, _ row: Int) {
            let word = unsafe word.pointee.exchange(empty, ordering: .sequentiallyConsistent)
            if row == 0 { recorded += Int(word & 0xFFFF_FFFF) }
            let age = Int(Self.distance(from: word, to: shown))
            if age >= 0, age < count { slices[age].add(Int(word & 0xFFFF_FFFF), row: row) }
        }
        for index in 0..<count {
            for lane in lanes { unsafe cut(word(index, in: lane), 0) }
            for row in 1..<rows { unsafe cut(word(index, row: row), row) }
        }
        let next = UInt64(highest &+ 2)
        unsafe words[0].store(closed & ~0xFFFF_FFFF | next, ordering: .sequentiallyConsistent)
        return Cut(slices: slices, recorded: recorded, now: now, lineage: lineage)
    }

    /// Starts a period in a closed window.
    ///
    /// Under the breaker's lock.
    ///
    /// - Parameters:
    ///   - generation: the current one.
    ///   - start: when the generation began; its slices are numbered from there.
    ///   - sliceMs: the new length of a slice, `nil` for the same one.
    ///   - lineage: which window this is, or goes on.
    ///   - kept: what the window holds already, cut from slices of the same length; `nil` starts it empty.
    ///   - latest: the breaker's latest time, `nil` for `start`; nobody records before it. It may lie before the cut.
    /// - Returns: how many outcomes it holds already.
    @discardableResult
    func open(
        _ generation: UInt32,
        start: Int64,
        sliceMs: Int64? = nil,
        lineage: UInt64 = 0,
        kept: Cut? = nil,
        latest: Int64? = nil
    ) -> Int {
        unsafe words[1].store(UInt64(bitPattern: start), ordering: .sequentiallyConsistent)
        if let sliceMs { unsafe words[2].store(UInt64(sliceMs), ordering: .sequentiallyConsistent) }
        unsafe words[6].store(lineage, ordering: .sequentiallyConsistent)
        let count = Int64(buckets)
        let next = unsafe words[0].load(ordering: .relaxed) & 0xFFFF_FFFF
        let current = max(0, (latest ?? start) &- start) / self.sliceMs
        unsafe words[5].store(UInt64(current + Self.reach), ordering: .sequentiallyConsistent)
        // The oldest slice that may be shown gets the next stamp.
        let base = UInt32(truncatingIfNeeded: Int64(next) + count - 1 - current)
        let cut = max(0, (kept?.now ?? start) &- start) / self.sliceMs
        var carried = 0
        for (age, slice) in (kept?.slices ?? []).prefix(buckets).enumerated() where slice.total > 0 {
            let number = cut - Int64(age)
            guard number >= 0 else { break }
            let stamp = UInt64(base &+ UInt32(truncatingIfNeeded: number)) << 32
            carried += slice.total
            for (row, value) in [slice.total, slice.failures, slice.slow].prefix(rows).enumerated() {
                unsafe word(Int(number % count), row: row).pointee
                    .store(stamp | UInt64(value), ordering: .sequentiallyConsistent)
            }
        }
        if Self.keepsSums(buckets) { unsafe sums[0].store(next &- 1 & 0xFFFF_FFFF, ordering: .sequentiallyConsistent) }
        settle(.none(from: base))
        unsafe words[0].store(UInt64(generation) << 32 | UInt64(base), ordering: .sequentiallyConsistent)
        return carried
    }

    /// Starts another period in the same generation, with what the window shows, if the present one is over.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: how many outcomes left.
    @discardableResult
    func renew(_ generation: UInt32, latest: () -> Int64) -> Int {
        guard place(generation, now: latest())?.isBeyond == true else { return 0 }
        let cut = close(now: start, latest: latest)
        return cut.recorded - open(generation, start: start, lineage: cut.lineage, kept: cut, latest: cut.now)
    }

    /// Adds flags of an outcome that this window, or the one that it goes on from, took in; not if it has expired.
    ///
    /// Under the breaker's lock.
    func complete(_ generation: UInt32, _ place: Place, failure: Bool, slow: Bool) {
        guard place.lineage == lineage, let first = self.place(generation, now: start) else { return }
        let count = Int64(buckets)
        // What had expired when the period began has no stamp in it.
        guard place.number > end - Self.reach - count else { return }
        // The place of the same slice, under the base and the number of slices of now.
        let here = Place(
            number: place.number,
            index: Int(place.number % count),
            stamp: first.stamp &+ UInt32(truncatingIfNeeded: place.number),
            lineage: lineage,
            isBeyond: false
        )
        _ = flag(here, failure: failure, slow: slow)
    }

    private var start: Int64 { unsafe Int64(bitPattern: words[1].load(ordering: .acquiring)) }

    private var end: Int64 { unsafe Int64(bitPattern: words[5].load(ordering: .acquiring)) }
}
