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
            let word = unsafe words[slot(index, in: last - row)].load(ordering: .sequentiallyConsistent)
            let age = Self.distance(from: word, to: stamp)
            guard age >= 0 else { return false }
            if age < count { totals.add(Int(word & 0xFFFF_FFFF), row: last - row) }
        }
        return true
    }

    /// The sum of all slices before a place, which is kept until the next slice begins.
    ///
    /// Word 7 is the watermark: the latest stamp for which a sum was begun. Whoever records in a slice before it is
    /// late, and says so in word 8 *after* each of its words. A sum is begun by raising the watermark; then word 8 is
    /// read, then the slices. So a late word is either in the sum, or its recorder finds the watermark raised and makes
    /// the sum stale. A reader that does not see that yet is told by nobody either that the late outcome is there, and
    /// the late recorder itself looks at the window afterwards.
    ///
    /// Word 9 is odd while one thread writes the stamp (10), word 8 as it was read (11), and three words with the sums.
    private func older(than place: Place) -> WindowTotals? {
        let sequence = unsafe words[9].load(ordering: .sequentiallyConsistent)
        // Who comes while another one writes adds up for itself.
        guard sequence & 1 == 0 else { return allOlder(than: place) }
        let key = 1 << 32 | UInt64(place.stamp)
        if unsafe words[10].load(ordering: .sequentiallyConsistent) == key {
            let late = unsafe words[11].load(ordering: .sequentiallyConsistent)
            let kept = keptSums
            if unsafe words[9].load(ordering: .sequentiallyConsistent) == sequence,
                unsafe words[8].load(ordering: .sequentiallyConsistent) == late
            {
                return kept
            }
        }
        guard
            unsafe words[9]
                .compareExchange(expected: sequence, desired: sequence &+ 1, ordering: .sequentiallyConsistent)
                .exchanged
        else { return allOlder(than: place) }
        defer { unsafe words[9].store(sequence &+ 2, ordering: .sequentiallyConsistent) }
        let mark = unsafe words[7].load(ordering: .sequentiallyConsistent)
        if Self.distance(from: mark << 32, to: place.stamp) > 0 {
            unsafe words[7].store(UInt64(place.stamp), ordering: .sequentiallyConsistent)
        }
        let late = unsafe words[8].load(ordering: .sequentiallyConsistent)
        guard let totals = allOlder(than: place) else { return nil }
        unsafe words[10].store(key, ordering: .sequentiallyConsistent)
        unsafe words[11].store(late, ordering: .sequentiallyConsistent)
        for (index, value) in [totals.total, totals.failures, totals.slow].enumerated() {
            unsafe words[12 + index].store(UInt64(value), ordering: .sequentiallyConsistent)
        }
        return totals
    }

    private var keptSums: WindowTotals {
        WindowTotals(
            total: unsafe Int(words[12].load(ordering: .sequentiallyConsistent)),
            failures: unsafe Int(words[13].load(ordering: .sequentiallyConsistent)),
            slow: unsafe Int(words[14].load(ordering: .sequentiallyConsistent))
        )
    }

    /// After a word was written: makes kept sums stale that may lack it.
    @inline(__always)
    func noteLate(_ stamp: UInt32) {
        guard Self.keepsSums(buckets) else { return }
        let mark = unsafe words[7].load(ordering: .sequentiallyConsistent)
        guard Self.distance(from: mark << 32, to: stamp) < 0 else { return }
        unsafe words[8].wrappingAdd(1, ordering: .sequentiallyConsistent)
    }
}
