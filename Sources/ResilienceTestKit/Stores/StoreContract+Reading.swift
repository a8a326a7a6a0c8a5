import StateSharing

extension StoreContract {
    static let readingChecks: [Check] = [
        Check("reads any number, in the order asked, and says what is absent") { subject in
            let now = try await subject.now()
            for batch in stride(from: 0, to: 320, by: 32) {
                let items = (batch..<batch + 32).map { CommitItem.breaker("b\($0)", at: now) }
                _ = try await subject.store.commit(items)
            }
            let names = (0..<640).reversed().map { "b\($0)" }
            let reply = try await subject.store.read(names.map { ResourceID(kind: "breaker", name: $0) })
            let expected = names.map { Int($0.dropFirst()).map { $0 < 320 } == true ? $0 : nil }
            try subject.require(reply.snapshots.map { $0?.name }, is: expected, "names read")
            try subject.require(reply.foreign, is: 0, "foreign snapshots")
        },
        Check("names too long for a key are read back in full") { subject in
            let name = String(repeating: "länge ", count: 100)
            try await subject.store(.breaker(name, at: try await subject.now()))
            let read = try await subject.stored(name)
            try subject.require(read?.name, is: name, "the name")
            try subject.require(read?.version.resource.id.hasPrefix("~"), is: true, "the id is hashed")
        },
        Check("a deadline that has passed is told as nothing left, not as none") { subject in
            let now = try await subject.now()
            var item = CommitItem.breaker("a", at: now)
            item.version.remainingMs = 0
            item.version.durationMs = 5000
            try await subject.store(item)
            try subject.require(try await subject.stored("a")?.version.remainingMs, is: 0, "time left")
            try await subject.store(.breaker("a", "CLOSED", at: now + 1, expected: now, rank: 1))
            try subject.require(try await subject.stored("a")?.version.remainingMs, is: nil, "time left without one")
        },
        Check("the position is that of the newest commit") { subject in
            let now = try await subject.now()
            let reply = try await subject.store.commit([.breaker("a", at: now)])
            let position = try await subject.store.read([]).position
            try subject.require(position.generation, is: reply.position.generation, "the generation")
            try subject.require(position.sequence, is: reply.position.sequence, "the sequence")
            try subject.require(position.nowMs >= reply.position.nowMs, "time goes on")
        },
        Check("tells what changed since a commit, in pages") { subject in
            let now = try await subject.now()
            let start = try await subject.store.commit([.breaker("old", at: now)]).position.sequence
            for i in 0..<5 { try await subject.store(.breaker("b\(i)", at: now)) }
            try await subject.store(.breaker("b1", "CLOSED", at: now + 1, expected: now, rank: 1))
            let first = try await subject.store.changes(after: start, limit: 3)
            try subject.require(first.resources.map(\.id), is: ["b0", "b2", "b3"], "the first page")
            try subject.require(first.hasMore, "there is more")
            let second = try await subject.store.changes(after: first.through, limit: 3)
            try subject.require(second.resources.map(\.id), is: ["b4", "b1"], "the second page")
            try subject.require(second.hasMore, is: false, "more after the second page")
            let end = try await subject.store.changes(after: second.through, limit: 3)
            try subject.require(end.resources, is: [], "the end")
            try subject.require(end.through, is: second.through, "where the end is")
            try await subject.requireRefusal("a page of 513") {
                _ = try await subject.store.changes(after: 0, limit: 513)
            }
        },
    ]

    static let listChecks: [Check] = [
        Check("lists what is stored and what is registered, by kind") { subject in
            let now = try await subject.now()
            try await subject.store(.breaker("stored", at: now))
            try await subject.store.register([
                ResourceID(kind: "breaker", name: "stored"), ResourceID(kind: "breaker", name: "only registered"),
                ResourceID(kind: "policy", name: "checkout"),
            ])
            let list = try await subject.store.list(kind: "breaker")
            let expected = [
                ListedResource(resource: ResourceID(kind: "breaker", name: "only registered"), isStored: false),
                ListedResource(resource: ResourceID(kind: "breaker", name: "stored"), isStored: true),
            ]
            try subject.require(list, is: expected, "the list")
            try subject.require(try await subject.store.list(kind: "machine"), is: [], "another kind")
        },
        Check("registers and lists thousands") { subject in
            let resources = (0..<5000).map { ResourceID(kind: "breaker", name: "b\($0)") }
            try await subject.store.register(resources)
            try await subject.store.register(resources)
            let list = try await subject.store.list(kind: "breaker")
            try subject.require(list.map(\.resource), is: resources.sorted(), "the list")
        },
        Check("keeps what lives when it drops names, and extends lives") { subject in
            let now = try await subject.now()
            try await subject.store(.breaker("a", at: now))
            let resources = ["a", "never"].map { ResourceID(kind: "breaker", name: $0) }
            try await subject.store.register(resources)
            try await subject.store.extend(resources, timeToLiveMs: 100_000_000)
            try subject.require(try await subject.store.prune(resources), is: 0, "dropped")
            try subject.require(try await subject.store.list(kind: "breaker").count, is: 2, "names")
            try await subject.requireRefusal("no names to drop") { _ = try await subject.store.prune([]) }
        },
        Check("takes requests of nothing") { subject in
            try await subject.store.register([])
            try await subject.store.extend([], timeToLiveMs: 1000)
            try await subject.store.leave(member: "nobody|h|1|x")
        },
    ]
}
