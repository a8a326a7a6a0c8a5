import Synchronization

/// A rolling window of time slices: exact, lock-free, and it never has to be cleared.
///
/// Each slice has three words, `[stamp 32 | count 32]`: outcomes, failures, slow calls. A **stamp** is a slice number
/// that is never used twice: `base` of the generation + the slice's number since the generation began. Whoever first
/// records in a slice finds an older stamp in its place and replaces it together with the count, in the one
/// compare-and-swap that records; whatever has expired is told by its stamp and simply left out when read. Each
/// generation's base lies above every stamp of the ones before, so their slices read as expired.
///
/// **The cut.** Ending a generation first closes the period word, then swaps every slice for an older, empty one; the
/// values swapped out are what the window showed. A recorder checks the period word after it has raised the breaker's
/// latest time with its own, and the new base is computed from the latest time after the period word was closed: so no
/// recorder of the old generation can hold a stamp as high as the new base. A recorder that finds a higher stamp than
/// its own was overtaken and judges again.
///
/// The words of one outcome are written outcome first, then failure, then slow: a reader in between sees one failure
/// less, never a rate that is too high, and the recorder itself evaluates after its last word. With sequentially
/// consistent operations the last of several recorders sees all of them, so a trip is never missed.
///
/// Stamps are compared by their difference modulo 2³². Slices last at least a millisecond, so a slice that nobody has
/// touched for 2³¹ of them (24 days at 1 ms) would look as if it lay ahead; ``heal(latest:)`` then sets it right.
/// Counts stop at 2³² − 1 a slice.
///
/// Like ``FlagRing`` this is a pointer without ownership.
@safe
struct TimeSlices: @unchecked Sendable {
    /// Word 0: the period, `[generation 32 | base 32]`.
    ///
    /// Word 1: where it starts, in milliseconds. Word 2: milliseconds a slice. Word 3: number of slices. Word 4: see
    /// ``isSettled(_:)``.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    private static let header = 8
    /// Makes a generation that nobody asks for: the current one is 2³¹ transitions away.
    private static let closedBit: UInt64 = 1 << 63

    init(buckets: Int) {
        let count = Self.header + 3 * buckets
        unsafe words = .allocate(capacity: count)
        for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
        unsafe words[2].store(1, ordering: .relaxed)
        unsafe words[3].store(UInt64(buckets), ordering: .relaxed)
        unsafe words[0].store(Self.closedBit | 1, ordering: .relaxed)
    }

    /// The window at an address that ``address`` gave; `nil` for 0.
    @inline(__always)
    init?(at address: UInt) {
        guard let words = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else { return nil }
        unsafe self.words = words
    }

    var address: UInt { unsafe UInt(bitPattern: words) }

    func deallocate() {
        unsafe words.deinitialize(count: Self.header + 3 * buckets)
        unsafe words.deallocate()
    }

    var buckets: Int { unsafe Int(words[3].load(ordering: .relaxed)) }

    var sliceMs: Int64 { unsafe Int64(bitPattern: words[2].load(ordering: .acquiring)) }

    /// A slice of a generation: what ``place(_:now:)`` found.
    struct Place {
        var index: Int
        var stamp: UInt32
    }

    /// What became of a record.
    enum Answer {
        /// It is in the window.
        case recorded
        /// Somebody with a later time, or of a later generation, was there before.
        case overtaken
        /// The window is closed for that generation, or has been replaced.
        case closed
    }

    /// The slice of `now`, `nil` if the window is closed for that generation.
    @inline(__always)
    func place(_ generation: UInt32, now: Int64) -> Place? {
        let period = unsafe words[0].load(ordering: .sequentiallyConsistent)
        guard period >> 32 == UInt64(generation) else { return nil }
        let start = unsafe Int64(bitPattern: words[1].load(ordering: .acquiring))
        let length = sliceMs
        let count = Int64(buckets)
        // Start and length belong to the period only if it is still the same and still open.
        guard unsafe words[0].load(ordering: .sequentiallyConsistent) == period else { return nil }
        let number = max(0, now &- start) / length
        return Place(index: Int(number % count), stamp: UInt32(truncatingIfNeeded: period &+ UInt64(number)))
    }

    /// Records one outcome; the breaker's latest time must have been raised to `now` before.
    func record(_ generation: UInt32, now: Int64, failure: Bool, slow: Bool) -> (answer: Answer, place: Place) {
        guard let place = place(generation, now: now) else { return (.closed, Place(index: 0, stamp: 0)) }
        let answer = count(place, in: 0)
        guard case .recorded = answer else { return (answer, place) }
        // The outcome is in; where the window was closed meanwhile its flags are left out with the cut.
        if failure { _ = count(place, in: 1) }
        if slow { _ = count(place, in: 2) }
        return (answer, place)
    }

    @inline(__always)
    private func count(_ place: Place, in row: Int) -> Answer {
        let index = slot(place.index, in: row)
        let fresh = UInt64(place.stamp) << 32 | 1
        var current = unsafe words[index].load(ordering: .sequentiallyConsistent)
        while true {
            let age = Self.distance(from: current, to: place.stamp)
            guard age >= 0 else { return .overtaken }
            let next = age > 0 ? fresh : current & 0xFFFF_FFFF == 0xFFFF_FFFF ? current : current + 1
            let (won, found) = unsafe words[index]
                .weakCompareExchange(
                    expected: current,
                    desired: next,
                    ordering: .sequentiallyConsistent
                )
            if won { return .recorded }
            current = found
        }
    }

    @inline(__always)
    private func slot(_ index: Int, in row: Int) -> Int { Self.header + row * buckets + index }

    /// How many slices `stamp` lies after that of a slice's word.
    @inline(__always)
    private static func distance(from word: UInt64, to stamp: UInt32) -> Int32 {
        Int32(truncatingIfNeeded: stamp &- UInt32(truncatingIfNeeded: word >> 32))
    }

    /// What the window shows in the slice of `stamp`, read so often that nothing changed in between.
    func totals(at stamp: UInt32) -> WindowTotals {
        var before = sum(at: stamp)
        // Eight times is plenty; the bound only keeps a reader from being held up for ever.
        for _ in 0..<8 {
            let after = sum(at: stamp)
            if after.check == before.check { return after.totals }
            before = after
        }
        return before.totals
    }

    private func sum(at stamp: UInt32) -> (totals: WindowTotals, check: UInt64) {
        let count = buckets
        var sums = (0, 0, 0)
        var check: UInt64 = 0
        for index in 0..<3 * count {
            let word = unsafe words[Self.header + index].load(ordering: .sequentiallyConsistent)
            check = (check &* 31) &+ word
            let age = Self.distance(from: word, to: stamp)
            guard age >= 0, age < count else { continue }
            let value = Int(word & 0xFFFF_FFFF)
            if index < count { sums.0 += value } else if index < 2 * count { sums.1 += value } else { sums.2 += value }
        }
        return (WindowTotals(total: sums.0, failures: sums.1, slow: sums.2), check)
    }

    /// Whether a verdict in the slice of `stamp` found enough outcomes and no reason to trip.
    ///
    /// From then on a quick success in the same slice cannot complete a condition: it lowers every rate, nothing
    /// expires within a slice, and the minimum had been reached. `marker` also carries the configuration's number.
    @inline(__always)
    func isSettled(_ marker: UInt64) -> Bool { unsafe words[4].load(ordering: .sequentiallyConsistent) == marker }

    func settle(_ marker: UInt64) { unsafe words[4].store(marker, ordering: .sequentiallyConsistent) }
}

extension TimeSlices {
    /// What the window shows at `now`.
    ///
    /// Under the breaker's lock.
    func totals(_ generation: UInt32, now: Int64) -> WindowTotals {
        guard let place = place(generation, now: now) else { return .zero }
        return totals(at: place.stamp)
    }

    /// Ends a generation and starts the next one with nothing recorded.
    ///
    /// Under the breaker's lock.
    ///
    /// - Parameters:
    ///   - generation: the one that begins.
    ///   - start: when the new generation begins, from which its slices are numbered.
    ///   - cut: the time at which the old window is read.
    ///   - latest: reads the breaker's latest time.
    /// - Returns: what the old window showed at `cut`.
    func restart(_ generation: UInt32, start: Int64, cut: Int64, latest: () -> Int64) -> WindowTotals {
        let shown = close(cut: cut, latest: latest)
        open(generation, start: start)
        return shown.reduce(into: .zero) { $0.add($1) }
    }

    /// Lets nothing more be recorded; the base rises above every stamp that was given.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: what each slice showed at `cut`, the one of `cut` first, then the one before it and so on.
    func close(cut: Int64, latest: () -> Int64) -> [WindowTotals] {
        let period = unsafe words[0].load(ordering: .relaxed)
        unsafe words[0].store(period ^ Self.closedBit, ordering: .sequentiallyConsistent)
        let start = unsafe Int64(bitPattern: words[1].load(ordering: .relaxed))
        let base = UInt32(truncatingIfNeeded: period)
        let shown = base &+ UInt32(truncatingIfNeeded: max(0, cut - start) / sliceMs)
        let highest = base &+ UInt32(truncatingIfNeeded: max(0, max(latest(), cut) - start) / sliceMs)
        let count = buckets
        // Older than everything in the next period, newer than everything a recorder of this one can still hold.
        let empty = UInt64(highest &+ 1) << 32
        var slices = [WindowTotals](repeating: .zero, count: count)
        for index in 0..<3 * count {
            let word = unsafe words[Self.header + index].exchange(empty, ordering: .sequentiallyConsistent)
            let age = Int(Self.distance(from: word, to: shown))
            guard age >= 0, age < count else { continue }
            slices[age].add(Int(word & 0xFFFF_FFFF), row: index / count)
        }
        unsafe words[0]
            .store(
                Self.closedBit | UInt64(highest &+ 2),
                ordering: .sequentiallyConsistent
            )
        return slices
    }

    /// Starts a generation in a closed window.
    ///
    /// Under the breaker's lock.
    ///
    /// - Parameters:
    ///   - generation: the current one.
    ///   - start: when the generation began; its slices are numbered from there.
    ///   - sliceMs: the new length of a slice, `nil` for the same one.
    ///   - slices: what the window holds already, the slice of `now` first, then the one before it and so on.
    ///   - now: the time that `slices` starts from.
    func open(_ generation: UInt32, start: Int64, sliceMs: Int64? = nil, slices: [WindowTotals] = [], now: Int64 = 0) {
        unsafe words[1].store(UInt64(bitPattern: start), ordering: .sequentiallyConsistent)
        if let sliceMs { unsafe words[2].store(UInt64(sliceMs), ordering: .sequentiallyConsistent) }
        let base = UInt32(truncatingIfNeeded: unsafe words[0].load(ordering: .relaxed))
        let current = max(0, now - start) / self.sliceMs
        for (age, slice) in slices.prefix(buckets).enumerated() where slice.total > 0 {
            let number = current - Int64(age)
            guard number >= 0 else { break }
            let stamp = UInt64(base &+ UInt32(truncatingIfNeeded: number)) << 32
            for (row, value) in [slice.total, slice.failures, slice.slow].enumerated() {
                let index = slot(Int(number % Int64(buckets)), in: row)
                unsafe words[index].store(stamp | UInt64(value), ordering: .sequentiallyConsistent)
            }
        }
        unsafe words[0].store(UInt64(generation) << 32 | UInt64(base), ordering: .sequentiallyConsistent)
    }

    /// Sets slices right that seem to lie ahead because nobody touched them for 2³¹ slices.
    ///
    /// Under the breaker's lock.
    func heal(_ generation: UInt32, latest: Int64) {
        guard let place = place(generation, now: latest) else { return }
        let empty = UInt64(place.stamp &- UInt32(buckets)) << 32
        for index in 0..<3 * buckets {
            let word = unsafe words[Self.header + index].load(ordering: .sequentiallyConsistent)
            guard Self.distance(from: word, to: place.stamp) < 0 else { continue }
            _ = unsafe words[Self.header + index]
                .compareExchange(
                    expected: word,
                    desired: empty,
                    ordering: .sequentiallyConsistent
                )
        }
    }
}
