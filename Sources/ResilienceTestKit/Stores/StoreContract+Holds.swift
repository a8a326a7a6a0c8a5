import StateSharing

extension StoreContract {
    static let holdChecks: [Check] = [
        Check("a hold keeps automatic versions off") { subject in
            let now = try await subject.now()
            let held = CommitItem.breaker("a", "FORCED_OPEN", at: now, rank: 4).decided(at: now, hold: .forever)
            let stored = try await subject.store(held)
            try subject.require(stored.hold, is: .forever, "the hold")
            var automatic = CommitItem.breaker("a", "CLOSED", at: now + 1, expected: now, rank: 1)
            automatic.version.operatorAt = now
            let refused = try await subject.commit(automatic)
            try subject.require(refused.code, is: .held, "an automatic version")
            try subject.require(refused.stored, is: stored, "what is shown")
            automatic.mode = .merge
            try subject.require(try await subject.commit(automatic).code, is: .held, "an automatic one re-seeded")
        },
        Check("a hold yields to a later decision and to a copy of the same one, not to an earlier one") { subject in
            let now = try await subject.now()
            let held = CommitItem.breaker("a", "DISABLED", at: now, rank: 6).decided(at: now - 10, hold: .forever)
            try await subject.store(held)
            let next = CommitItem.breaker("a", "CLOSED", at: now + 1, expected: now, rank: 1)
            let earlier = try await subject.commit(next.decided(at: now - 11))
            try subject.require(earlier.code, is: .held, "an earlier decision")
            var copy = held
            copy.expected = now
            copy.version.version.lastModified = now + 2
            try await subject.store(copy)
            var later = next.decided(at: now + 3)
            later.expected = now + 2
            later.version.version.lastModified = now + 3
            let stored = try await subject.store(later)
            try subject.require(stored.hold, is: .none, "the hold after the later decision")
        },
        Check("a hold with an end lets automatic versions through after it") { subject in
            let now = try await subject.now()
            let held = CommitItem.breaker("a", "FORCED_OPEN", at: now, rank: 4)
                .decided(at: now, hold: .remaining(ms: 300))
            let stored = try await subject.store(held)
            try subject.require(stored.hold, is: .remaining(ms: 300), "the hold at first")
            var automatic = CommitItem.breaker("a", "CLOSED", at: now + 1, expected: now, rank: 1)
            automatic.version.operatorAt = now
            var codes: [CommitCode] = []
            try await subject.wait(for: "the end of the hold") {
                codes.append(try await subject.commit(automatic).code)
                return codes.last == .accepted
            }
            try subject.require(codes.dropLast().allSatisfy { $0 == .held }, "held until then: \(codes)")
            try subject.require(try await subject.now() - now >= 300, "not before its time")
        },
        Check("a hold that has run out is still told") { subject in
            let now = try await subject.now()
            try await subject.store(
                CommitItem.breaker("a", "FORCED_OPEN", at: now, rank: 4).decided(at: now, hold: .remaining(ms: 0))
            )
            let read = try await subject.stored("a")
            try subject.require(read?.version.hold, is: .remaining(ms: 0), "the hold")
        },
    ]
}
