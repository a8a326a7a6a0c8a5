import StateMachines
import Testing

@testable import StateSharing

/// Answers of a store that holds, under a key of ours, what cannot be read or taken over.
struct UnreadableStoreTests {
    @Test(arguments: [CommitCode.accepted, .duplicate])
    func `an accepted decision stays decided when its line makes no sense`(code: CommitCode) throws {
        var (driver, ticket, proposal) = try WriteBehindTests.tripped()
        driver.answerCommit(ticket, [CommitResult(code: code, stored: nil)])
        #expect(driver.committed?.version == proposal.item.version.version)
        #expect(driver.pending == nil)
        #expect(driver.nextHandOver() == nil, "the machine is in it already")
        #expect(driver.core.queue.isEmpty)
    }

    @Test func `an accepted decision stays decided when its line has another rank`() throws {
        var (driver, ticket, proposal) = try WriteBehindTests.tripped()
        var planted = WriteBehindTests.stored(proposal)
        planted.version.rank = 9
        driver.answerCommit(ticket, [CommitResult(code: .duplicate, stored: planted)])
        #expect(driver.committed?.version == proposal.item.version.version)
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `an expiry that something unreadable holds is tried again after a pause, not in a loop`() throws {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        driver.receive([
            driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .remaining(ms: 1000), actor: "ann")
        ])
        driver.nextHandOver()
        driver.advance(ms: 1001)
        driver.nextHandOver()
        var refused = 0
        for _ in 0..<6000 {
            while let (ticket, _) = driver.nextCommit() {
                refused += 1
                driver.answerCommit(ticket, [CommitResult(code: .held, stored: nil)])
            }
            driver.advance(ms: 1)
        }
        #expect(refused == 2, "at once, and after five seconds")
        #expect(driver.core.resources[0].effective?.state == "CLOSED", "the hold is over here")
    }

    @Test func `an answer for fewer proposals than were sent leaves none behind`() throws {
        var driver = CoreDriver(names: ["a", "b"])
        driver.goLive(stored: [nil, nil])
        driver.core.isCommitting = true
        for resource in 0...1 { driver.local("OPEN", openMs: 60_000, resource: resource) }
        driver.core.isCommitting = false
        driver.advance(ms: 5)
        let (ticket, proposals) = try driver.requireCommit()
        #expect(proposals.count == 2)
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: WriteBehindTests.stored(proposals[0]))])
        driver.advance(ms: 250)
        #expect(try driver.requireCommit().1.count == 2)
    }

    @Test func `an answer for fewer resources than were read is no sync`() throws {
        var driver = CoreDriver(names: ["a", "b"])
        driver.core.linkUp(at: driver.now)
        driver.take()
        let read = try #require(SyncTests.reads(&driver).first)
        driver.answer(read.0, .read(ReadReply(snapshots: [nil], position: driver.position())))
        #expect(!driver.core.isReady)
        driver.advance(ms: 250)
        let again = try #require(SyncTests.reads(&driver).first)
        driver.answer(again.0, .read(ReadReply(snapshots: [nil, nil], position: driver.position())))
        #expect(driver.core.isReady)
    }
}
