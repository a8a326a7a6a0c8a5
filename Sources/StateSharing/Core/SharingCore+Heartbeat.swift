/// Heartbeats, the list of members, and whether the subscription still hears (fleet protocol, sections 7 and 9).
extension SharingCore {
    /// Where the heartbeat stands; all instants in monotonic microseconds.
    struct BeatState: Sendable {
        /// The fleet's size, from the newest heartbeat or reply.
        ///
        /// Comes from outside: bounded, so that no formula with it overflows. It outlives the link: after an outage the
        /// whole fleet comes back at once.
        var members = 1 {
            didSet { members = min(max(1, members), 1_000_000) }
        }
        /// The last commit number seen when the heartbeat under way left.
        var seenAtSend: Int64 = 0
        /// When this process sends one, unless it hears one before.
        var dueAt: Int64 = .max
        /// When the membership must be renewed.
        var memberDueAt: Int64 = .max
        /// A heartbeat is under way.
        var isSending = false
        /// The last heartbeat heard on the channel.
        var heardAt: Int64 = 0
        /// An own heartbeat was announced and must be heard by then.
        var expectedBy: Int64?

        init(members: Int = 1) {
            self.members = members
        }

        var nextWake: Int64? {
            let next = min(isSending ? .max : min(dueAt, memberDueAt), expectedBy ?? .max)
            return next == .max ? nil : next
        }

        mutating func start(at now: Int64) {
            guard dueAt == .max else { return }
            dueAt = now
            memberDueAt = now
            heardAt = now
        }

        mutating func heard(members: Int, at now: Int64, interval: Int64, using random: inout SplitMix64) {
            self.members = members
            heardAt = now
            expectedBy = nil
            guard dueAt != .max else { return }
            dueAt = now + interval + Int64.random(in: 0...(interval / 2), using: &random)
        }
    }

    /// Microseconds between heartbeats: the configured time up to 2 000 members, then in step with them, at most 15 s.
    var heartbeatUs: Int64 {
        let base = configuration.heartbeatMs * 1000
        guard beat.members > 2000 else { return base }
        return max(base, min(15_000_000, base * Int64(beat.members) / 2000))
    }

    /// Microseconds between renewals of the membership: at most about 100 a second, whatever the fleet's size.
    private var memberUs: Int64 { min(max(Int64(beat.members) * 10_000, 20_000_000), 120_000_000) }

    mutating func advanceHeartbeat(at now: Int64) {
        if let expectedBy = beat.expectedBy, now >= expectedBy {
            beat.expectedBy = nil
            note(.alarm("the subscription no longer hears announcements"))
            act(.resubscribe)
        }
        guard !beat.isSending, stopDeadline == nil, now >= min(beat.dueAt, beat.memberDueAt) else { return }
        beat.isSending = true
        beat.seenAtSend = lastSeen?.sequence ?? 0
        let isRenewing = now >= beat.memberDueAt
        send(
            .beat(
                BeatRequest(
                    intervalMs: heartbeatUs / 1000,
                    member: configuration.member,
                    memberForMs: isRenewing ? 3 * memberUs / 1000 : 0
                )
            )
        )
    }

    mutating func didBeat(_ request: BeatRequest, _ reply: BeatReply, at now: Int64) {
        let isDeafSince = now - beat.heardAt > 3 * heartbeatUs
        beat.isSending = false
        beat.members = reply.members
        if case .writesRefused = health { setHealth(.live) }
        if request.memberForMs > 0 { beat.memberDueAt = now + memberUs }
        beat.dueAt = now + heartbeatUs + Int64.random(in: 0...(heartbeatUs / 2), using: &random)
        if !reply.publishError.isEmpty { note(.alarm("announcements are refused: \(reply.publishError)")) }
        if lastSeen?.generation == reply.position.generation, reply.position.sequence < beat.seenAtSend {
            sync.isFullDue = true
        }
        guard reply.publishError.isEmpty, isDeafSince else { return }
        if reply.sent {
            beat.expectedBy = now + 2_000_000
        } else {
            note(.alarm("the subscription no longer hears announcements"))
            act(.resubscribe)
        }
    }

    /// A refusal explains the silence: no reconnect for it, and no try before the next heartbeat, which is longer than
    /// any other request waits for a server that is busy or loading.
    mutating func beatFailed(_ error: StoreError, at now: Int64) {
        beat.isSending = false
        beat.heardAt = now
        beat.dueAt = now + heartbeatUs
        beat.memberDueAt = beat.dueAt
        if error.code == .writesRefused || error.code == .readOnly {
            setHealth(.writesRefused(reason: error.message))
        }
    }
}
