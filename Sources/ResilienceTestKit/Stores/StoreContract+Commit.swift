import StateSharing

extension StoreContract {
    static let commitChecks: [Check] = [
        Check("an empty store has no lineage, no snapshots and no members") { subject in
            let reply = try await subject.store.read([ResourceID(kind: "breaker", name: "a")])
            try subject.require(reply.snapshots, is: [nil], "snapshots")
            try subject.require(reply.foreign, is: 0, "foreign snapshots")
            try subject.require(reply.position.generation, is: "", "the generation")
            try subject.require(reply.position.sequence, is: 0, "the sequence")
            try subject.require(reply.members, is: 0, "members")
        },
        Check("a version comes back whole") { subject in
            let now = try await subject.now()
            var item = CommitItem.breaker("zahlung {é} *\n", at: now, expected: 5).decided(at: now - 3)
            item.version.failureRateBp = 6200
            item.version.epoch = 3
            item.version.attempts = 2
            item.version.remainingMs = 60_000
            item.version.durationMs = 90_000
            item.version.reason = "Wartung – bis Mittag, 100 %"
            let stored = try await subject.store(item)
            var expected = item.version
            expected.parent = 5
            expected.sequence = stored.sequence
            try subject.require(stored, is: expected, "the version in the reply")
            guard var read = try await subject.stored(item.name) else { throw Failure("not stored") }
            try subject.require(read.name, is: item.name, "the name")
            try subject.require((50_000...60_000).contains(read.version.remainingMs ?? -1), "time left is what is left")
            read.version.remainingMs = 60_000
            try subject.require(read.version, is: expected, "the version read")
        },
        Check("commit numbers rise and the lineage stays") { subject in
            let now = try await subject.now()
            var last: Int64 = 0
            var generations: Set<String> = []
            for i in 0..<20 {
                let reply = try await subject.store.commit([.breaker("b\(i)", at: now)])
                try subject.require(reply.position.sequence > last, "the sequence rises")
                try subject.require(reply.results[0].stored?.sequence, is: reply.position.sequence, "the number")
                last = reply.position.sequence
                generations.insert(reply.position.generation)
            }
            try subject.require(generations.count, is: 1, "lineages")
            try subject.require(WriterID(generations.first ?? "") != nil, "a generation has 16 hex digits")
        },
        Check("somebody else's newer version is a conflict, and is shown") { subject in
            let now = try await subject.now()
            let first = try await subject.store(.breaker("a", at: now))
            let late = try await subject.commit(.breaker("a", "CLOSED", at: now + 5, expected: now - 1, rank: 1))
            try subject.require(late.code, is: .conflict, "the code")
            try subject.require(late.stored, is: first, "what is shown")
            let next = try await subject.store(.breaker("a", "CLOSED", at: now + 5, expected: now, rank: 1))
            try subject.require(next.parent, is: now, "the parent")
        },
        Check("the same proposal again is a duplicate and changes nothing") { subject in
            let now = try await subject.now()
            let item = CommitItem.breaker("a", at: now)
            let first = try await subject.store(item)
            let again = try await subject.store.commit([item])
            try subject.require(again.results, is: [CommitResult(code: .duplicate, stored: first)], "results")
            try subject.require(again.position.sequence, is: first.sequence, "the sequence")
        },
        Check("of one stamp the higher rank wins, then the higher writer") { subject in
            let now = try await subject.now()
            try await subject.store(.breaker("a", at: now, rank: 2, writer: 0x8000_0000_0000_0000))
            let rivals: [(UInt8, UInt64, CommitCode)] = [
                (1, .max, .conflict), (2, 0x7FFF_FFFF_FFFF_FFFF, .conflict), (2, 0x8000_0000_0000_0001, .accepted),
                (3, 0, .accepted),
            ]
            for (rank, writer, code) in rivals {
                let rival = CommitItem.breaker("a", "X", at: now, expected: now, rank: rank, writer: writer)
                try subject.require(try await subject.commit(rival).code, is: code, "rank \(rank), writer \(writer)")
            }
        },
        Check("one version with two meanings is a conflict, not a duplicate") { subject in
            // A writer never issues a version twice; one that does must not win against itself.
            let now = try await subject.now()
            let first = try await subject.store(.breaker("a", "OPEN", at: now))
            let other = try await subject.commit(.breaker("a", "CLOSED", at: now, expected: now))
            try subject.require(other, is: CommitResult(code: .conflict, stored: first), "the other meaning")
        },
        Check("re-seeding needs no expectation, but nothing newer gives way") { subject in
            let now = try await subject.now()
            try await subject.store(.breaker("a", at: now))
            var item = CommitItem.breaker("a", at: now + 1, expected: 17)
            try subject.require(try await subject.commit(item).code, is: .conflict, "compare-and-set")
            item.mode = .merge
            try subject.require(try await subject.store(item).parent, is: 17, "the parent kept")
            item.version.version.lastModified = now - 1
            try subject.require(try await subject.commit(item).code, is: .conflict, "an older one")
        },
        Check("a stamp far ahead of the store's time is refused, unless it is the next one") { subject in
            let now = try await subject.now()
            let far = now + 3_600_000
            try subject.require(try await subject.commit(.breaker("a", at: far)).code, is: .skew, "an hour ahead")
            let next = CommitItem.breaker("a", at: far + 1, expected: far)
            try subject.require(try await subject.commit(next).code, is: .accepted, "one more than was seen")
            var reseed = CommitItem.breaker("b", at: far)
            reseed.mode = .merge
            try subject.require(try await subject.commit(reseed).code, is: .accepted, "re-seeding within 7 days")
            reseed.version.version.lastModified = now + 8 * 86_400_000
            try subject.require(try await subject.commit(reseed).code, is: .skew, "re-seeding beyond")
        },
        Check("in a batch each stands or falls alone") { subject in
            let now = try await subject.now()
            try await subject.store(.breaker("b", at: now))
            let reply = try await subject.store.commit([
                .breaker("a", at: now), .breaker("b", at: now + 1, expected: 3), .breaker("c", at: now + 9_000_000),
                .breaker("d", at: now),
            ])
            let codes = reply.results.map(\.code)
            try subject.require(codes, is: [.accepted, .conflict, .skew, .accepted], "codes")
            try subject.require(reply.results[2].stored, is: nil, "what is stored of a refused first version")
            let sequences = [0, 3].map { reply.results[$0].stored?.sequence ?? 0 }
            try subject.require(sequences[0] < sequences[1], "numbers in order")
            try subject.require(reply.position.sequence, is: sequences[1], "the position after the batch")
        },
        Check("a batch with a mistake is refused as a whole") { subject in
            let now = try await subject.now()
            let good = CommitItem.breaker("good", at: now)
            for (what, change) in mistakes {
                var bad = CommitItem.breaker("bad", at: now)
                change(&bad)
                try await subject.requireRefusal(what) { _ = try await subject.store.commit([good, bad]) }
            }
            try await subject.requireRefusal("no proposal") { _ = try await subject.store.commit([]) }
            try await subject.requireRefusal("two for one") { _ = try await subject.store.commit([good, good]) }
            let many = (0..<33).map { CommitItem.breaker("b\($0)", at: now) }
            try await subject.requireRefusal("33 proposals") { _ = try await subject.store.commit(many) }
            try subject.require(try await subject.stored("good"), is: nil, "the good one's snapshot")
        },
    ]

    private static let mistakes: [(String, @Sendable (inout CommitItem) -> Void)] = [
        ("an empty state", { $0.version.state = "" }),
        ("a state with a space", { $0.version.state = "OPEN NOW" }),
        ("a long state", { $0.version.state = String(repeating: "S", count: 129) }),
        ("another resource's name", { $0.name = "good" }),
        ("no stamp", { $0.version.version.lastModified = 0 }),
        ("a negative expectation", { $0.expected = -1 }),
        ("a number too large", { $0.version.epoch = WireFormat.maximumInteger + 1 }),
        ("an operator's stamp after the version's", { $0.version.operatorAt = $0.version.lastModified + 1 }),
        ("a hold without an actor", { $0.version.hold = .forever }),
        ("an actor without a stamp", { $0.version.actor = "operator" }),
        ("a long reason", { $0.version.reason = String(repeating: "r", count: 201) }),
        ("an empty definition", { $0.version.definition = "" }),
        ("an empty event", { $0.event = "" }),
        ("a long detail", { $0.detail = String(repeating: "d", count: 301) }),
        ("a life under a second", { $0.timeToLiveMs = 999 }),
    ]
}
