import StateMachines
import Testing

@testable import StateSharing

/// What this process decides, and how it meets what is on its way into the machine.
struct LocalDecisionTests {
    @Test func `a trip is effective at once and leaves with what it was based on`() throws {
        var driver = CoreDriver()
        let base = driver.serverMs - 1000
        driver.goLive(stored: [driver.version("CLOSED", at: base, operatorAt: base - 7)])
        driver.nextHandOver()
        driver.local("OPEN")
        #expect(driver.core.resources[0].effective?.state == "OPEN")
        driver.advance(ms: 1)
        let (_, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.mode == .compareAndSet)
        #expect(proposals[0].item.expected == base)
        #expect(proposals[0].item.version.operatorAt == base - 7)
        #expect(proposals[0].item.version.epoch == 1)
        #expect(proposals[0].item.version.lastModified > base)
    }

    @Test func `a stamp is never issued twice, nor below what was merged`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("CLOSED", at: driver.serverMs + 5000)])
        driver.local("OPEN")
        let first = driver.pending!.held.lastModified
        #expect(first == driver.serverMs + 5001)
        driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed")
        #expect(driver.pending!.held.lastModified == first + 1)
    }

    @Test func `half-open stays local and its verdict is committed`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("OPEN")
        driver.advance(ms: 1)
        _ = driver.nextCommit()
        driver.local("HALF_OPEN", from: "OPEN", event: "cooldownElapsed")
        #expect(driver.pending?.held.state == "OPEN")
        driver.local("OPEN", from: "HALF_OPEN", event: "probesFailed")
        #expect(driver.pending?.held.epoch == 2)
        driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed")
        #expect(driver.pending?.held.state == "CLOSED")
        #expect(driver.pending?.held.epoch == 2)
    }

    @Test func `a recovery decided without a newer OPEN on its way never closes it`() {
        var driver = CoreDriver()
        driver.goLive(stored: [driver.version("OPEN", at: driver.serverMs - 9000, epoch: 1, leftMs: 0)])
        driver.nextHandOver()
        let basis = driver.core.resources[0].basis
        driver.receive([driver.version("OPEN", at: driver.serverMs, epoch: 2, leftMs: 5000)])
        // The machine closes before the new OPEN reaches it.
        driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed", basis: basis)
        #expect(driver.pending == nil)
        let moved = driver.sequence
        driver.nextHandOver { _ in .conflict(sequence: moved) }
        #expect(driver.nextHandOver()?.state == "OPEN")
    }

    @Test func `a trip decided without a CLOSED on its way is kept`() {
        var driver = CoreDriver()
        driver.goLive(stored: [driver.version("CLOSED", at: driver.serverMs - 9000)])
        driver.nextHandOver()
        let basis = driver.core.resources[0].basis
        driver.receive([driver.version("CLOSED", at: driver.serverMs, epoch: 4)])
        driver.local("OPEN", basis: basis)
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.pending?.parent == driver.committed?.lastModified)
        #expect(driver.pending?.held.epoch == 5)
    }

    @Test func `a trip overtaken by its own half-open on the way here is not lost`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.sequence = 1
        driver.local("HALF_OPEN", from: "OPEN", event: "cooldownElapsed")  // sequence 2 arrives first
        driver.sequence = 0
        driver.local("OPEN")  // sequence 1
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.core.resources[0].isInLocalState)
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `an older transition that arrives late is passed over`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.sequence = 4
        driver.local("CLOSED", from: "OPEN", event: "close", actor: "ann")
        driver.sequence = 3
        driver.local("OPEN")
        #expect(driver.pending?.held.state == "CLOSED")
    }

    @Test func `a state decided before sharing began is proposed, an initial one is not`() {
        var driver = CoreDriver(names: ["pay", "ship"])
        driver.core.present(
            0,
            LocalTransition(
                sequence: 3,
                basis: 0,
                from: "CLOSED",
                to: "OPEN",
                event: "trip",
                remainingMs: 900,
                durationMs: 900
            ),
            at: driver.now
        )
        driver.core.present(
            1,
            LocalTransition(sequence: 0, basis: 0, from: "DISABLED", to: "DISABLED", event: ""),
            at: driver.now
        )
        #expect(driver.core.resources[0].pending?.held.state == "OPEN")
        #expect(driver.core.resources[1].pending == nil)
    }

    @Test func `a decision made while cut off is stamped anew with the server's time of its moment`() throws {
        var driver = CoreDriver()
        driver.core = SharingCore(
            configuration: driver.core.configuration,
            wallOffset: (CoreDriver.serverStart + 300_000) * 1000,  // a wall clock five minutes ahead
            seed: 1
        )
        _ = driver.core.register(name: "pay", definition: CoreDriver.breaker, at: driver.now)
        let decided = driver.serverMs
        driver.local("OPEN", openMs: 60_000)
        #expect(driver.pending!.held.lastModified == decided + 300_000)
        driver.advance(ms: 2000)
        driver.goLive()
        #expect(driver.pending!.held.lastModified == decided)
        driver.advance(ms: 1)
        let (_, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.version.remainingMs == 57_999)
    }

    @Test func `an operator's hold ends at its own deadline, proposed by whoever notices`() throws {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        driver.receive([
            driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .remaining(ms: 1000), actor: "ann")
        ])
        #expect(driver.nextHandOver()?.state == "FORCED_OPEN")
        #expect(driver.core.nextDeadline == driver.now + 1_000_000)
        driver.advance(ms: 1000)
        #expect(driver.nextHandOver()?.state == "CLOSED")
        #expect(driver.pending?.isExpiry == true)
        #expect(driver.pending?.held.operatorAt == now)
        #expect(driver.pending?.held.isOperators == false)
        driver.advance(ms: 2)
        let (_, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.event == "reset")
        #expect(proposals[0].item.version.reason == "overrideExpired")
    }
}

extension LocalDecisionTests {
    /// The fleet's OPEN of the same epoch is newer: a process that probes already began too early, unless its time is
    /// over too.
    @Test(arguments: [600_000, 0] as [Int64])
    func `an accepted OPEN ends probes only while its deadline is ahead`(leftMs: Int64) {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("OPEN", openMs: 100)
        driver.advance(ms: 150)
        driver.local("HALF_OPEN", from: "OPEN", event: "cooldownElapsed")
        let newer = driver.pending!.held.lastModified + 1
        var accepted = driver.version("OPEN", at: newer, epoch: 1, leftMs: leftMs)
        accepted.durationMs = 600_000
        driver.receive([accepted])
        #expect(driver.pending == nil)
        #expect((driver.nextHandOver()?.state == "OPEN") == (leftMs > 0))
    }

    @Test func `what an earlier service numbered is not old: the first recovery after it counts`() throws {
        var driver = CoreDriver()
        let present = LocalTransition(sequence: 4, basis: 7, from: "CLOSED", to: "CLOSED", event: "")
        driver.core.present(0, present, at: driver.now)
        driver.goLive()
        driver.sequence = 4
        driver.local("OPEN", basis: 7)
        driver.advance(ms: 1)
        let (ticket, proposals) = try driver.requireCommit()
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: WriteBehindTests.stored(proposals[0]))])
        #expect(driver.nextHandOver() == nil)
        driver.advance(ms: 5000)
        driver.local("HALF_OPEN", from: "OPEN", event: "cooldownElapsed", basis: 7)
        driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed", basis: 7)
        #expect(driver.pending?.held.state == "CLOSED")
        #expect(driver.core.takeHandOver() == nil)
    }
}
