/// The graceful stop: what is waiting is written, then the process leaves the list of members (fleet protocol, section 6).
extension SharingCore {
    /// Write what is waiting, within the configured time, then leave.
    mutating func stop(at now: Int64) {
        guard stopDeadline == nil else { return }
        stopDeadline = now + configuration.flushMs * 1000
        for index in queue.resources { place(index, sendAt: now) }
        tick(at: now)
    }

    mutating func advanceStop(at now: Int64) {
        guard let stopDeadline else { return }
        guard isLinkUp, now < stopDeadline + Self.leaveUs else { return finishStopping() }
        if !isLeaving, now >= stopDeadline || (queue.isEmpty && !isCommitting) {
            isLeaving = true
            send(.leave(member: configuration.member))
        }
    }

    /// How long the last word may take, in microseconds.
    static let leaveUs: Int64 = 200_000

    mutating func finishStopping() {
        guard !isStopped else { return }
        isStopped = true
        act(.stopped)
    }
}
