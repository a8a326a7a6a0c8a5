import Synchronization

/// What a window of time slices shows.
extension TimeSlices {
    /// What the window shows at the latest time, or later if somebody has recorded later meanwhile.
    ///
    /// - Parameters:
    ///   - generation: the one that is asked for.
    ///   - latest: reads the breaker's latest time.
    /// - Returns: `nil` if the window is closed for that generation.
    func totals(_ generation: UInt32, latest: () -> Int64) -> WindowTotals? {
        while true {
            guard let place = place(generation, now: latest()) else { return nil }
            // Without a sum a later slice was there: time has moved on, or the window was closed, since its place
            // was found. Whoever recorded there has raised the latest time before.
            if let totals = sum(at: place) { return totals }
        }
    }

    /// What the window shows in a slice; `nil` if a later one was met.
    private func sum(at place: Place) -> WindowTotals? {
        guard var totals = Self.keepsSums(buckets) ? older(than: place) : allOlder(than: place),
            add(slot: place.index, at: place.stamp, to: &totals)
        else { return nil }
        return totals
    }

    /// Adds up all slices before a place.
    private func allOlder(than place: Place) -> WindowTotals? {
        var totals = WindowTotals.zero
        for index in 0..<buckets where index != place.index {
            guard add(slot: index, at: place.stamp, to: &totals) else { return nil }
        }
        return totals
    }

    /// Adds one slice, unless it has expired; `false` if it is a later one.
    ///
    /// Flags are read before outcomes, the other way round than they are written: never more of them than outcomes.
    @inline(__always)
    private func add(slot index: Int, at stamp: UInt32, to totals: inout WindowTotals) -> Bool {
        let count = buckets
        let last = rows - 1
        for row in 0...last {
            let word = unsafe word(index, row: last - row).pointee.load(ordering: .sequentiallyConsistent)
            let age = Self.distance(from: word, to: stamp)
            guard age >= 0 else { return false }
            if age < count { totals.add(Int(word & 0xFFFF_FFFF), row: last - row) }
        }
        guard let stripes else { return true }
        return add(index, of: stripes, at: stamp, to: &totals)
    }

    /// Adds what is counted of one slice in stripes, which hold outcomes alone.
    ///
    /// They are looked for behind the flags and the slice's own outcomes. Who finds none counts fewer outcomes than
    /// there may be by then; those came later, and were in nobody's way.
    @inline(never)
    private func add(_ index: Int, of stripes: Stripes, at stamp: UInt32, to totals: inout WindowTotals) -> Bool {
        let count = buckets
        for lane in 0..<Stripes.lanes {
            let word = unsafe stripes.word(index, in: lane).pointee.load(ordering: .sequentiallyConsistent)
            let age = Self.distance(from: word, to: stamp)
            guard age >= 0 else { return false }
            if age < count { totals.add(Int(word & 0xFFFF_FFFF), row: 0) }
        }
        return true
    }

    /// The sum of all slices before a place, which is kept until the next slice begins.
    ///
    /// Of ``sums`` word 0 is the watermark: the latest stamp for which a sum was begun. Whoever records in a slice before it is
    /// late, and says so in word 1 *after* each of its words. A sum is begun by raising the watermark; then word 1 is
    /// read, then the slices. So a late word is either in the sum, or its recorder finds the watermark raised and makes
    /// the sum stale. A reader that does not see that yet is told by nobody either that the late outcome is there, and
    /// the late recorder itself looks at the window afterwards.
    ///
    /// Word 2 is odd while one thread writes the stamp (3), word 1 as it was read (4), and three words with the sums.
    private func older(than place: Place) -> WindowTotals? {
        let sequence = unsafe sums[2].load(ordering: .sequentiallyConsistent)
        // Who comes while another one writes adds up for itself.
        guard sequence & 1 == 0 else { return allOlder(than: place) }
        let key = 1 << 32 | UInt64(place.stamp)
        if unsafe sums[3].load(ordering: .sequentiallyConsistent) == key {
            let late = unsafe sums[4].load(ordering: .sequentiallyConsistent)
            let kept = keptSums
            if unsafe sums[2].load(ordering: .sequentiallyConsistent) == sequence,
                unsafe sums[1].load(ordering: .sequentiallyConsistent) == late
            {
                return kept
            }
        }
        guard
            unsafe sums[2]
                .compareExchange(expected: sequence, desired: sequence &+ 1, ordering: .sequentiallyConsistent)
                .exchanged
        else { return allOlder(than: place) }
        defer { unsafe sums[2].store(sequence &+ 2, ordering: .sequentiallyConsistent) }
        let mark = unsafe sums[0].load(ordering: .sequentiallyConsistent)
        if Self.distance(from: mark << 32, to: place.stamp) > 0 {
            unsafe sums[0].store(UInt64(place.stamp), ordering: .sequentiallyConsistent)
        }
        let late = unsafe sums[1].load(ordering: .sequentiallyConsistent)
        guard let totals = allOlder(than: place) else { return nil }
        unsafe sums[3].store(key, ordering: .sequentiallyConsistent)
        unsafe sums[4].store(late, ordering: .sequentiallyConsistent)
        for (index, value) in [totals.total, totals.failures, totals.slow].enumerated() {
            unsafe sums[5 + index].store(UInt64(value), ordering: .sequentiallyConsistent)
        }
        return totals
    }

    /// Behind the slices of a window that ``keepsSums(_:)``.
    var sums: UnsafeMutablePointer<Atomic<UInt64>> { unsafe words + (Self.header + rows * buckets) }

    private var keptSums: WindowTotals {
        WindowTotals(
            total: unsafe Int(sums[5].load(ordering: .sequentiallyConsistent)),
            failures: unsafe Int(sums[6].load(ordering: .sequentiallyConsistent)),
            slow: unsafe Int(sums[7].load(ordering: .sequentiallyConsistent))
        )
    }

    /// After a word was written: makes kept sums stale that may lack it.
    @inline(__always)
    func noteLate(_ stamp: UInt32) {
        guard Self.keepsSums(buckets) else { return }
        let mark = unsafe sums[0].load(ordering: .sequentiallyConsistent)
        guard Self.distance(from: mark << 32, to: stamp) < 0 else { return }
        unsafe sums[1].wrappingAdd(1, ordering: .sequentiallyConsistent)
    }
}
