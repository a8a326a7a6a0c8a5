import StateMachines
import Testing

@testable import StateSharing

/// Write-behind and the store's answers (fleet protocol, sections 4, 6 and 11).
struct WriteBehindTests {
    /// A live core with a trip on its way to the store.
    static func tripped() throws -> (CoreDriver, UInt64, SharingCore.Proposal) {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("OPEN")
        driver.advance(ms: 1)
        let (ticket, proposals) = try driver.requireCommit()
        return (driver, ticket, proposals[0])
    }

    static func stored(_ proposal: SharingCore.Proposal) -> SharedVersion {
        var version = proposal.item.version
        version.sequence = 11
        return version
    }

    @Test func `nothing is proposed before the first sync is done`() {
        var driver = CoreDriver()
        driver.local("OPEN")
        driver.core.linkUp(at: driver.now)
        driver.take()
        driver.advance(ms: 1)
        #expect(driver.nextCommit() == nil)
    }

    @Test func `what is accepted is done and leaves the machine alone`() throws {
        var (driver, ticket, proposal) = try Self.tripped()
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: Self.stored(proposal))])
        #expect(driver.pending == nil)
        #expect(driver.committed?.version == proposal.item.version.version)
        #expect(driver.nextHandOver() == nil)
        #expect(driver.core.queue.isEmpty)
    }

    @Test func `the message of one's own commit may come before the answer`() throws {
        var (driver, ticket, proposal) = try Self.tripped()
        driver.receive([Self.stored(proposal)])
        #expect(driver.pending == nil)
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: Self.stored(proposal))])
        #expect(driver.committed?.version == proposal.item.version.version)
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `an answer is matched by version when the decision has changed meanwhile`() throws {
        var (driver, ticket, proposal) = try Self.tripped()
        driver.local("CLOSED", from: "OPEN", event: "close", actor: "ann")
        let newer = driver.pending
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: Self.stored(proposal))])
        #expect(driver.pending?.held.state == "CLOSED")
        #expect(driver.pending?.held.operatorAt == newer?.held.operatorAt)
        #expect(driver.pending?.parent == proposal.item.version.lastModified)
        let (_, again) = try driver.requireCommit()
        #expect(again[0].item.version.state == "CLOSED")
    }

    @Test func `an acknowledgement goes through the merge like any other version`() throws {
        var (driver, ticket, proposal) = try Self.tripped()
        let newer = driver.version("OPEN", at: proposal.item.version.lastModified + 50, epoch: 2, leftMs: 4000)
        driver.receive([newer])
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: Self.stored(proposal))])
        #expect(driver.committed?.version == newer.version)
        #expect(driver.pending == nil)
    }

    @Test func `after a conflict a fresh trip is sent again over the winner`() throws {
        var (driver, ticket, _) = try Self.tripped()
        let winner = driver.version("CLOSED", at: driver.serverMs + 1)
        driver.answerCommit(ticket, [CommitResult(code: .conflict, stored: winner)])
        let (_, again) = try driver.requireCommit()
        #expect(again[0].item.expected == winner.lastModified)
        #expect(again[0].item.version.version > winner.version)
    }

    @Test func `after five conflicts in a row there is a pause`() throws {
        var (driver, ticket, _) = try Self.tripped()
        for round in 1...6 {
            let winner = driver.version("CLOSED", at: driver.serverMs + Int64(round) * 2)
            driver.answerCommit(ticket, [CommitResult(code: .conflict, stored: winner)])
            guard round < 6 else { break }
            ticket = try driver.requireCommit().0
        }
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 124)
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 252)
        #expect(driver.nextCommit() != nil)
    }

    @Test func `an automatic decision gives way to an operator's hold`() throws {
        var (driver, ticket, _) = try Self.tripped()
        let now = driver.serverMs
        let held = driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .forever, actor: "ann")
        driver.answerCommit(ticket, [CommitResult(code: .held, stored: held)])
        #expect(driver.pending == nil)
        #expect(driver.nextHandOver()?.state == "FORCED_OPEN")
    }

    @Test func `an expiry that came early is sent again after what is left of the hold`() throws {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        let held = driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .remaining(ms: 1000), actor: "ann")
        driver.receive([held])
        driver.nextHandOver()
        driver.advance(ms: 1000)
        driver.nextHandOver()
        driver.advance(ms: 1)
        let (ticket, _) = try driver.requireCommit()
        var still = held
        still.hold = .remaining(ms: 40)
        driver.answerCommit(ticket, [CommitResult(code: .held, stored: still)])
        driver.advance(ms: 49)
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 42)
        let (_, again) = try driver.requireCommit()
        #expect(again[0].item.event == "reset")
    }

    @Test func `a hold that is longer than was known ends the expiry, without a tight loop`() throws {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        let held = driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .remaining(ms: 1000), actor: "ann")
        driver.receive([held])
        driver.nextHandOver()
        driver.advance(ms: 1000)
        driver.nextHandOver()
        driver.advance(ms: 1)
        let (ticket, _) = try driver.requireCommit()
        var still = held
        still.hold = .remaining(ms: 60_000)
        driver.answerCommit(ticket, [CommitResult(code: .held, stored: still)])
        #expect(driver.nextHandOver()?.state == "FORCED_OPEN")
        driver.advance(ms: 5000)
        #expect(driver.nextCommit() == nil)
    }

    @Test func `an absurd stamp is made anew from the server's time`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.resources[0].lastIssued = driver.serverMs + 86_400_000
        driver.local("OPEN")
        driver.advance(ms: 1)
        let (ticket, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.version.lastModified >= driver.serverMs + 86_400_000)
        driver.answerCommit(ticket, [CommitResult(code: .skew, stored: nil)])
        let (_, again) = try driver.requireCommit()
        #expect(abs(again[0].item.version.lastModified - driver.serverMs) < 10)
    }

    @Test func `a server that calls every stamp absurd is asked with a pause after the fifth time`() throws {
        var (driver, ticket, _) = try Self.tripped()
        for _ in 1...5 {
            driver.answerCommit(ticket, [CommitResult(code: .skew, stored: nil)])
            ticket = try driver.requireCommit().0
        }
        driver.answerCommit(ticket, [CommitResult(code: .skew, stored: nil)])
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 124)
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 252)
        #expect(driver.nextCommit() != nil)
    }

    @Test func `one batch is under way, of at most 32`() throws {
        let names = (0..<40).map { "b\($0)" }
        var driver = CoreDriver(names: names)
        driver.goLive(stored: names.map { _ in nil })
        for index in names.indices {
            driver.sequence = 0
            driver.local("OPEN", resource: index)
        }
        driver.advance(ms: 5)
        let (ticket, first) = try driver.requireCommit()
        driver.advance(ms: 5)
        #expect(driver.nextCommit() == nil)
        driver.answerCommit(ticket, first.map { CommitResult(code: .accepted, stored: Self.stored($0)) })
        let (_, second) = try driver.requireCommit()
        #expect(first.count + second.count == 40 || first.count == 32 || first.count < 32)
        #expect(first.count <= 32)
    }

    @Test func `a request whose answer never came is sent again as the same version`() throws {
        var (driver, _, proposal) = try Self.tripped()
        driver.core.linkDown(StoreError(.unreachable, "gone"), at: driver.now)
        driver.take()
        driver.goLive()
        driver.advance(ms: 1)
        let (_, again) = try driver.requireCommit()
        #expect(again[0].item.version.version == proposal.item.version.version)
    }

    @Test(arguments: [StoreError.Code.writesRefused, .readOnly, .busy, .loading, .timedOut, .overloaded])
    func `a refusal keeps the decision and tries again later`(code: StoreError.Code) throws {
        var (driver, ticket, _) = try Self.tripped()
        driver.fail(ticket, code)
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 1001)
        #expect(driver.nextCommit() != nil)
    }

    @Test func `refused writes and rights show in the health`() throws {
        var (driver, ticket, _) = try Self.tripped()
        driver.fail(ticket, .writesRefused)
        #expect(driver.core.health == .writesRefused(reason: "test"))
        driver.advance(ms: 1001)
        let (again, proposals) = try driver.requireCommit()
        driver.answerCommit(again, [CommitResult(code: .accepted, stored: Self.stored(proposals[0]))])
        #expect(driver.core.health == .live)
    }

    @Test func `somebody else's data under one key spoils only that resource`() throws {
        var driver = CoreDriver(names: ["a", "b"])
        driver.goLive(stored: [nil, nil])
        driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann", resource: 0)
        driver.sequence = 0
        driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann", resource: 1)
        var refused = 0
        var accepted: [Int] = []
        for _ in 0..<6 {
            guard let (ticket, proposals) = driver.nextCommit() else {
                driver.advance(ms: 1)
                continue
            }
            if proposals.contains(where: { $0.resource == 0 }) {
                refused += 1
                driver.fail(ticket, .wrongType)
            } else {
                accepted += proposals.map(\.resource)
                driver.answerCommit(ticket, proposals.map { CommitResult(code: .accepted, stored: Self.stored($0)) })
            }
        }
        #expect(accepted == [1])
        #expect(driver.core.resources[0].isLocalOnly)
        #expect(refused <= 2)
        #expect(driver.core.resources[0].effective?.state == "FORCED_OPEN", "it keeps its local effect")
    }

    @Test func `a graceful stop writes what is waiting, then leaves`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("CLOSED", from: "OPEN", event: "probesPassed")
        driver.core.stop(at: driver.now)
        driver.take()
        let (ticket, proposals) = try driver.requireCommit()
        #expect(!driver.actions.contains(.stopped))
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: Self.stored(proposals[0]))])
        let (leave, request) = try driver.requireRequest()
        #expect(request == .leave(member: driver.core.configuration.member))
        driver.answer(leave, .done)
        #expect(driver.actions.contains(.stopped))
    }

    @Test func `a stop does not wait longer than it may`() throws {
        var (driver, _, _) = try Self.tripped()
        driver.core.stop(at: driver.now)
        driver.advance(ms: 499)
        #expect(driver.requests.isEmpty)
        driver.advance(ms: 1)
        #expect(driver.requests.map(\.request) == [.leave(member: driver.core.configuration.member)])
        #expect(driver.core.nextDeadline == driver.now + SharingCore.leaveUs)
        driver.advance(ms: 200)
        #expect(driver.actions.contains(.stopped))
    }
}

extension WriteBehindTests {
    @Test func `a conflict with what cannot be merged is not repeated in a loop`() throws {
        var (driver, ticket, _) = try Self.tripped()
        driver.answerCommit(ticket, [CommitResult(code: .conflict, stored: nil)])
        driver.advance(ms: 4999)
        #expect(driver.nextCommit() == nil)
        driver.advance(ms: 1)
        #expect(driver.nextCommit() != nil)
    }

    @Test func `a sync that keeps failing does not keep a trip from the store`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.overflow(at: driver.now)
        driver.take()
        let reads = SyncTests.reads(&driver)
        driver.fail(try #require(reads.first).0, .protocolViolation)
        driver.local("OPEN")
        driver.advance(ms: 1)
        #expect(driver.nextCommit() != nil)
    }
}
