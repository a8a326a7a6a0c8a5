import Synchronization

/// The ends and beginnings of generations; everything here happens under the breaker's lock.
extension FlagRing {
    /// Ends a generation: nothing more is recorded with its tag.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the head at that moment, the exact cut.
    func close(tag: UInt64) -> Head {
        let mask = UInt64(capacity - 1)
        while true {
            let current = head
            guard settleLast(of: current, mask: mask) else { continue }
            if exchange(current, for: Head(tag: tag, last: 0, count: 0, life: current.life, flagged: 0)) {
                return current
            }
        }
    }

    /// Ends a generation and starts the next one with nothing recorded.
    ///
    /// Under the breaker's lock.
    ///
    /// - Returns: the head at the end of the old generation, the exact cut.
    @discardableResult
    func restart(tag: UInt64) -> Head {
        let cut = close(tag: tag)
        unsafe words[2].store(0, ordering: .releasing)
        return cut
    }

    /// Moves C back by 2²⁵, a multiple of the number of bits, so that counting can go on.
    ///
    /// Under the breaker's lock.
    func fold(tag: UInt64) {
        while true {
            let current = head
            guard current.tag == tag, current.records == Self.largestCount else { return }
            let next = Head(
                tag: tag,
                last: current.last,
                count: current.records - 1 << 25,
                life: current.life + 1,
                flagged: UInt64(current.flagged)
            )
            guard exchange(current, for: next) else { continue }
            let left = unsafe words[2].load(ordering: .relaxed)
            unsafe words[2].store(left &+ 1 << 25, ordering: .releasing)
            return
        }
    }

    /// The flags of the newest records, oldest first.
    ///
    /// Only for a ring that is closed; `head` is what closing returned.
    func newest(_ limit: Int, of head: Head) -> [Bool] {
        let mask = UInt64(capacity - 1)
        let held = min(head.count, Int(size), limit)
        return (0..<held).map { bit((head.records - UInt64(held) + UInt64($0)) & mask) == 1 }
    }

    /// Starts the ring in the middle of a generation with what another one held.
    ///
    /// Under the breaker's lock.
    ///
    /// - Parameters:
    ///   - tag: of the current generation.
    ///   - size: the new N; its ``capacity(for:)`` must be this ring's.
    ///   - flags: at most N flags, oldest first.
    ///   - recorded: all records of this generation, those that are not in `flags` too.
    ///   - origin: the C at which `flags` begin; other than 0 only to test its end.
    func open(tag: UInt64, size: Int, flags: [Bool], recorded: Int, origin: Int = 0) {
        unsafe words[1].store(UInt64(size), ordering: .releasing)
        unsafe words[2].store(UInt64(truncatingIfNeeded: recorded - flags.count - origin), ordering: .releasing)
        for (index, flag) in flags.enumerated() {
            let position = (origin + index) & (capacity - 1)
            let slot = Self.header + position >> 5
            let found = unsafe words[slot].load(ordering: .relaxed)
            let bit: UInt64 = 1 << UInt64(position & 31)
            // The version rises here too: a helper of the ring's earlier life must not win.
            let changed = (flag ? found | bit : found & ~bit) &+ 1 << 32
            if flag, found & bit == 0 { mark(1) }
            unsafe words[slot].store(changed, ordering: .releasing)
            if !flag, found & bit != 0 { mark(-1) }
        }
        let next = Head(
            tag: tag,
            last: flags.last == true ? 1 : 0,
            count: UInt64(origin + flags.count),
            life: head.life + 1,
            flagged: UInt64(flags.count(where: { $0 }))
        )
        unsafe words[0].store(next.bits, ordering: .sequentiallyConsistent)
    }
}
