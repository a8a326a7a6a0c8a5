import StateMachines
import Testing

@testable import StateSharing

/// The merge rules and the table of the fleet protocol, section 3.
struct MergeTests {
    @Test func `a newer version is committed and handed to the machine`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 4000)])
        let state = driver.nextHandOver()
        #expect(state?.state == "OPEN")
        #expect(state?.remainingMs == 4000)
        #expect(driver.committed?.state == "OPEN")
    }

    @Test func `an older version never overwrites a newer one`() {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        driver.receive([driver.version("OPEN", at: now, epoch: 1, leftMs: 4000)])
        driver.nextHandOver()
        driver.receive([driver.version("CLOSED", at: now - 1)], previous: 11, sequence: 12)
        #expect(driver.committed?.state == "OPEN")
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `a message with something older makes this process look at the store`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("CLOSED", at: driver.serverMs)])
        driver.receive([driver.version("OPEN", at: driver.serverMs - 5, leftMs: 9000)], previous: 11, sequence: 12)
        driver.advance(ms: 2)
        #expect(SyncTests.reads(&driver).map(\.1) == [[0]])
    }

    @Test func `the same version again changes nothing`() {
        var driver = CoreDriver()
        driver.goLive()
        let version = driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 4000)
        driver.receive([version])
        driver.nextHandOver()
        let before = driver.core.resources[0]
        driver.receive([version], previous: 11, sequence: 12)
        #expect(driver.core.resources[0].committed == before.committed)
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `of two versions of the same millisecond the higher rank wins, then the higher writer`() {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        driver.receive([driver.version("OPEN", at: now, writer: 5, epoch: 1, leftMs: 4000)])
        driver.receive([driver.version("CLOSED", at: now, writer: 9)], previous: 11, sequence: 12)
        #expect(driver.committed?.state == "OPEN")
        driver.receive([driver.version("OPEN", at: now, writer: 6, epoch: 1, leftMs: 3000)], previous: 12, sequence: 13)
        #expect(driver.committed?.version.writer == WriterID(bits: 6))
        driver.receive([driver.version("OPEN", at: now, writer: 5, epoch: 1, leftMs: 4000)], previous: 13, sequence: 14)
        #expect(driver.committed?.version.writer == WriterID(bits: 6))
    }

    /// Rows and columns of the table "pending p meets newer r"; the third value says whether p is kept.
    static let table: [(pending: String, incoming: String, isKept: Bool)] = [
        ("trip", "CLOSED", true), ("trip", "OPEN", false), ("trip", "HALF_OPEN", false), ("trip", "operator", false),
        ("trip", "operatorsClosed", false), ("recovery", "operatorsClosed", false),
        ("operator", "operatorsClosed", false),
        ("overTrip", "CLOSED", false), ("overTrip", "OPEN", false), ("overTrip", "HALF_OPEN", false),
        ("overTrip", "operator", false),
        ("recovery", "CLOSED", false), ("recovery", "OPEN", false), ("recovery", "HALF_OPEN", false),
        ("recovery", "operator", false),
        ("operator", "CLOSED", true), ("operator", "OPEN", true), ("operator", "HALF_OPEN", true),
        ("operator", "laterOperator", false), ("operator", "earlierOperator", true),
    ]

    @Test(arguments: table)
    func `a pending decision meets a newer version`(row: (pending: String, incoming: String, isKept: Bool)) {
        var driver = CoreDriver()
        let base = driver.serverMs - 60_000
        driver.goLive(stored: [driver.version("OPEN", at: base, epoch: 1, leftMs: 0)])
        driver.nextHandOver()
        switch row.pending {
        case "trip": driver.local("OPEN", openMs: 5000)
        case "overTrip": driver.local("OPEN", openMs: 0)
        case "recovery": driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed")
        default: driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
        }
        let mine = driver.pending!.held
        let newer = mine.lastModified + 10
        let incoming =
            switch row.incoming {
            case "CLOSED": driver.version("CLOSED", at: newer, parent: base, epoch: 1)
            case "OPEN": driver.version("OPEN", at: newer, parent: base, epoch: 2, leftMs: 4000)
            case "HALF_OPEN": driver.version("HALF_OPEN", at: newer, parent: base, epoch: 1)
            case "operatorsClosed":
                driver.version("CLOSED", at: newer, parent: base, operatorAt: newer, epoch: 1, actor: "bob")
            case "earlierOperator":
                driver.version(
                    "DISABLED",
                    at: newer,
                    parent: base,
                    operatorAt: mine.operatorAt - 5,
                    hold: .forever,
                    actor: "bob"
                )
            default:
                driver.version("DISABLED", at: newer, parent: base, operatorAt: newer, hold: .forever, actor: "bob")
            }
        driver.receive([incoming])
        #expect(driver.committed?.version == incoming.version)
        #expect((driver.pending != nil) == row.isKept)
        if row.isKept {
            #expect(driver.pending!.parent == newer)
            #expect(driver.pending!.held.version > incoming.version)
            #expect(driver.core.resources[0].effective?.state == mine.state)
        } else {
            #expect(driver.core.resources[0].effective?.state == incoming.state)
        }
    }

    @Test func `a rebased trip takes an epoch above the version it meets`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("OPEN")
        driver.receive([driver.version("CLOSED", at: driver.pending!.held.lastModified + 10, epoch: 7)])
        #expect(driver.pending?.held.epoch == 8)
    }

    @Test func `an acknowledged trip that a fork's CLOSED never saw is proposed again`() {
        var driver = CoreDriver()
        driver.goLive()
        let open = driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 5000)
        driver.receive([open])
        driver.nextHandOver()
        driver.receive(
            [driver.version("CLOSED", at: open.lastModified + 5, parent: open.lastModified - 100)],
            previous: 11,
            sequence: 12
        )
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.pending?.event == "reassert")
        #expect(driver.pending?.held.shared.reason == "lostWrite")
        #expect(driver.pending?.held.epoch == 2)
        #expect(driver.nextHandOver() == nil, "the machine is in that OPEN already")
    }

    @Test func `a CLOSED that saw the OPEN is simply adopted`() {
        var driver = CoreDriver()
        driver.goLive()
        let open = driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 5000)
        driver.receive([open])
        driver.nextHandOver()
        driver.receive(
            [driver.version("CLOSED", at: open.lastModified + 5, parent: open.lastModified, epoch: 1)],
            previous: 11,
            sequence: 12
        )
        #expect(driver.pending == nil)
        #expect(driver.nextHandOver()?.state == "CLOSED")
    }

    @Test func `an operator's held decision outlives a version that has no later one`() {
        var driver = CoreDriver()
        driver.goLive()
        let now = driver.serverMs
        driver.receive([driver.version("FORCED_OPEN", at: now, operatorAt: now, hold: .forever, actor: "ann")])
        driver.nextHandOver()
        driver.receive(
            [driver.version("CLOSED", at: now + 9, parent: now, operatorAt: now - 50)],
            previous: 11,
            sequence: 12
        )
        #expect(driver.pending?.held.state == "FORCED_OPEN")
        #expect(driver.pending?.held.operatorAt == now)
        #expect(driver.pending?.held.shared.actor == "ann")
    }

    @Test func `an older held version found in the store is asserted, one in a message is not`() {
        for fromStore in [false, true] {
            var driver = CoreDriver()
            driver.goLive()
            let now = driver.serverMs
            driver.receive([driver.version("CLOSED", at: now)])
            let held = driver.version("FORCED_OPEN", at: now - 9, operatorAt: now - 9, hold: .forever, actor: "ann")
            driver.core.merge(0, held, fromStore: fromStore, at: driver.now)
            #expect((driver.pending?.held.state == "FORCED_OPEN") == fromStore)
        }
    }

    @Test func `a learned deadline never starts anew and never exceeds the duration`() {
        var driver = CoreDriver()
        driver.goLive()
        var version = driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 5000)
        version.remainingMs = 90_000  // a hostile or stepped clock
        driver.receive([version])
        #expect(driver.nextHandOver()?.remainingMs == 5000)
    }

    @Test func `an OPEN of the same epoch replaces the deadline only`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.local("OPEN", openMs: 5000)
        let other = driver.version("OPEN", at: driver.pending!.held.lastModified + 1, epoch: 1, leftMs: 3000)
        driver.receive([other])
        #expect(driver.pending == nil)
        let state = driver.nextHandOver()
        #expect(state?.remainingMs == 3000)
        #expect(state?.epoch == 1)
    }

    @Test func `a version of another release or with a wrong rank is counted and never merged`() {
        var driver = CoreDriver()
        driver.goLive()
        var other = driver.version("OPEN", at: driver.serverMs, leftMs: 100)
        other.definition = "breaker-2"
        var ranked = driver.version("OPEN", at: driver.serverMs, leftMs: 100)
        ranked.version.rank = 6
        var unknown = driver.version("OPEN", at: driver.serverMs, leftMs: 100)
        unknown.state = "AJAR"
        driver.receive([other, ranked, unknown])
        #expect(driver.committed == nil)
        #expect(driver.actions.filter { $0 == .note(.foreign(1)) }.count == 3)
    }

    @Test func `lines about resources of others are passed over`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs, leftMs: 100, name: "else")])
        #expect(driver.core.resources.count == 1)
        #expect(driver.committed == nil)
    }

    @Test func `the last epoch that the store takes is never passed, so that trips are still shared`() throws {
        let last = WireFormat.maximumInteger
        // A trip on a planted CLOSED.
        var driver = CoreDriver()
        driver.goLive(stored: [driver.version("CLOSED", at: driver.serverMs - 10, epoch: last)])
        driver.nextHandOver()
        driver.local("OPEN", openMs: 60_000)
        #expect(driver.pending?.held.epoch == last)
        // The same trip over another one.
        driver.receive([driver.version("CLOSED", at: driver.serverMs + 10, epoch: last)])
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.pending?.held.epoch == last)
        // An OPEN that a CLOSED overwrote which had not seen it.
        driver = CoreDriver()
        driver.goLive(stored: [driver.version("OPEN", at: driver.serverMs - 10, epoch: last, leftMs: 60_000)])
        driver.nextHandOver()
        driver.receive([driver.version("CLOSED", at: driver.serverMs + 10, epoch: last)])
        #expect(driver.pending?.event == "reassert")
        #expect(driver.pending?.held.epoch == last)
    }
}
