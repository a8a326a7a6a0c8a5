import Synchronization

/// Successes that change nothing.
///
/// **The calm ring.** While f = 0 and C is at least N, the window is full of outcomes without the flag, and one more changes
/// nothing that anybody can see. So a success may leave the head alone, for which threads would queue, and be counted in
/// a lane of the thread's own (``Stripes``). Its place in the order of recording is the moment at which the head was
/// loaded: that lies within its call, and no condition can be completed there, as there is no failure in the window. It
/// looks behind the head that there is no row either: a row is ended by a success in the ring. It counts if the lane's
/// word still belongs to its generation, and is late otherwise, as one that comes after the transition. A
/// reconfiguration in between finds it in the window that it replaces.
extension FlagRing {
    /// Whether the window is full of outcomes without the flag.
    @inline(__always)
    func isCalm(tag: UInt64) -> Bool {
        let current = head
        let size = size
        // What is left without the right tag: `last`, C, life and f.
        let rest = current.bits ^ tag << 54
        guard rest < 1 << 53, rest & 0x1F_FFFF == 0, rest >= size << Self.countShift else { return false }
        // A ring that is used again gets its new N before its new head: this N is that head's.
        return head == current
    }
}
