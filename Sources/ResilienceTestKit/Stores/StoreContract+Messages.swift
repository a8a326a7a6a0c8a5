import StateSharing

extension StoreContract {
    static let messageChecks: [Check] = [
        Check("a batch is announced once, with what was accepted, and chained to the one before") { subject in
            let now = try await subject.now()
            let first = try await subject.store.commit([.breaker("a", at: now)])
            let second = try await subject.store.commit([
                .breaker("b", at: now), .breaker("a", at: now + 1, expected: 3), .breaker("c", at: now),
            ])
            try await subject.waitForMessage("the announcement of the second batch") {
                $0
                    == .update(
                        position: second.position,
                        previousSequence: first.position.sequence,
                        versions: [second.results[0].stored, second.results[2].stored].compactMap(\.self)
                    )
            }
            let updates = subject.messages.count { if case .update = $0 { true } else { false } }
            try subject.require(updates, is: 2, "announcements")
        },
        Check("a batch in which nothing was accepted is not announced") { subject in
            let now = try await subject.now()
            let first = try await subject.store.commit([.breaker("a", at: now)])
            _ = try await subject.store.commit([.breaker("a", at: now)])
            let last = try await subject.store.commit([.breaker("b", at: now)])
            try await subject.waitForMessage("the last announcement") { $0.sequence == last.position.sequence }
            let sequences = subject.messages.map(\.sequence)
            try subject.require(sequences, is: [first.position.sequence, last.position.sequence], "announcements")
        },
        Check("a heartbeat is announced at most once an interval, and renews its member") { subject in
            let beat = BeatRequest(intervalMs: 60_000, member: "0000000000000007|host|1|app", memberForMs: 60_000)
            let first = try await subject.store.beat(beat)
            try subject.require(first.sent, "the first one is sent")
            try subject.require(first.members, is: 1, "members")
            try subject.require(WriterID(first.position.generation) != nil, "it begins the lineage")
            let other = BeatRequest(intervalMs: 60_000, member: "0000000000000008|host|2|app", memberForMs: 60_000)
            let second = try await subject.store.beat(other)
            try subject.require(second.sent, is: false, "the second one")
            try subject.require(second.members, is: 2, "members")
            try subject.require(second.position.generation, is: first.position.generation, "the lineage")
            try await subject.waitForMessage("the heartbeat") { $0 == .beat(position: first.position, members: 1) }
            try await subject.store.leave(member: other.member)
            try subject.require(try await subject.store.read([]).members, is: 1, "members after one left")
        },
        Check("a heartbeat without a member counts and does not join") { subject in
            let reply = try await subject.store.beat(BeatRequest(intervalMs: 100))
            try subject.require(reply.sent, "it is sent")
            try subject.require(reply.members, is: 0, "members")
        },
        Check("a heartbeat comes again after its interval, and drops members that went") { subject in
            _ = try await subject.store.beat(BeatRequest(intervalMs: 100, member: "a|h|1|x", memberForMs: 1))
            var last = 1
            try await subject.wait(for: "the next heartbeat") {
                let reply = try await subject.store.beat(BeatRequest(intervalMs: 100))
                last = reply.members
                return reply.sent
            }
            try subject.require(last, is: 0, "members")
        },
        Check("a heartbeat with a mistake is refused") { subject in
            for beat in [
                BeatRequest(intervalMs: 99), BeatRequest(intervalMs: 100, member: "a b"),
                BeatRequest(intervalMs: 100, member: String(repeating: "m", count: 257)),
            ] {
                try await subject.requireRefusal("\(beat)") { _ = try await subject.store.beat(beat) }
            }
        },
    ]
}

extension StoreMessage {
    fileprivate var sequence: Int64 {
        switch self {
        case .update(let position, _, _), .beat(let position, _): position.sequence
        case .unknown: 0
        }
    }
}
