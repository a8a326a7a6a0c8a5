import StateMachines
import Testing

@testable import StateSharing

/// What waited through an outage: how it leaves, and what does not fit.
struct OutageTests {
    /// A process that was in a fleet of 10 000, where J is 1 s, and has lost its link.
    private func cutOff(names: [String] = ["pay"]) -> CoreDriver {
        var driver = CoreDriver(names: names)
        driver.goLive(stored: names.map { _ in nil })
        driver.core.message(.beat(position: driver.position(), members: 10_000), at: driver.now)
        driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        driver.take()
        driver.requests = []
        return driver
    }

    @Test func `trips that waited through an outage do not come back all at once`() {
        let names = (0..<40).map { "b\($0)" }
        var driver = cutOff(names: names)
        for resource in names.indices { driver.local("OPEN", openMs: 60_000, resource: resource) }
        driver.goLive(stored: names.map { _ in nil })
        var sentAt: [Int] = []
        for ms in 0...1001 {
            while let (ticket, proposals) = driver.nextCommit() {
                sentAt += proposals.map { _ in ms }
                driver.answerCommit(ticket, proposals.map { CommitResult(code: .accepted, stored: $0.item.version) })
            }
            driver.advance(ms: 1)
        }
        #expect(sentAt.count == 40)
        #expect(Set(sentAt).count > 20, "sent after \(sentAt) ms")
        #expect(sentAt.contains { $0 > 500 })
    }

    @Test func `an operator's decision leaves at once after an outage`() throws {
        var driver = cutOff()
        driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
        driver.goLive()
        let (_, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.version.state == "FORCED_OPEN")
    }

    @Test func `a trip that waits after an outage is dropped when somebody else's arrives`() {
        var driver = cutOff()
        driver.local("OPEN", openMs: 60_000)
        driver.goLive()
        #expect(driver.pending != nil)
        driver.receive([driver.version("OPEN", at: driver.serverMs + 1, epoch: 1, leftMs: 60_000)])
        #expect(driver.pending == nil)
        for _ in 0..<1100 { driver.advance(ms: 1) }
        #expect(driver.nextCommit() == nil)
    }

    @Test func `a stop does not wait for the spread`() throws {
        var driver = cutOff()
        driver.local("OPEN", openMs: 60_000)
        driver.core.stop(at: driver.now)
        driver.take()
        #expect(driver.actions.contains(.stopped), "nothing can be written without a link")
        driver = cutOff()
        driver.local("OPEN", openMs: 60_000)
        driver.goLive()
        driver.core.stop(at: driver.now)
        driver.take()
        #expect(try driver.requireCommit().1.count == 1)
    }

    @Test func `a full queue forgets the oldest recovery, and never a trip`() {
        let limit = SharingCore.maximumQueue
        let names = (0...limit + 1).map { "b\($0)" }
        var driver = cutOff(names: names)
        func dropped() -> Int { driver.actions.count { $0 == .note(.dropped) } }
        for resource in 0...1 {
            driver.local("OPEN", openMs: 1, resource: resource)
            driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed", resource: resource)
        }
        driver.local("CLOSED", from: "FORCED_OPEN", event: "reset", actor: "ann", resource: 0)
        for resource in 2..<limit { driver.local("OPEN", openMs: 600_000, resource: resource) }
        #expect(driver.core.queue.count == limit)
        #expect(dropped() == 0)

        driver.local("OPEN", openMs: 600_000, resource: limit)
        #expect(dropped() == 1)
        #expect(driver.core.resources[1].pending == nil, "the automatic recovery")
        #expect(driver.core.resources[0].pending?.held.isOperators == true)

        driver.local("OPEN", openMs: 600_000, resource: limit + 1)
        #expect(dropped() == 2)
        #expect(driver.core.queue.count == limit)
        #expect(driver.core.resources[limit + 1].effective?.state == "OPEN", "its local effect stays")

        var written: Set<String> = []
        driver.core.linkUp(at: driver.now)
        driver.take()
        for _ in 0..<30 {
            while let (ticket, request) = driver.nextRequest() {
                switch request {
                case .commit(let proposals):
                    written.formUnion(proposals.map(\.item.name))
                    let results = proposals.map { CommitResult(code: .accepted, stored: $0.item.version) }
                    driver.answerCommit(ticket, results)
                case .read(let indices, _):
                    let nothing: [StoredSnapshot?] = indices.map { _ in nil }
                    driver.answer(ticket, .read(ReadReply(snapshots: nothing, position: driver.position())))
                default:
                    driver.answer(ticket, .done)
                }
            }
            if written.count == limit + 1 { break }
            driver.advance(ms: 100)
        }
        #expect(written == Set(names).subtracting(["b1"]))
    }

    @Test func `what lost its place in the queue is stamped anew like the rest`() throws {
        let limit = SharingCore.maximumQueue
        let names = (0...limit).map { "b\($0)" }
        var driver = CoreDriver(names: names)
        // Nothing has been heard of the server, and the wall clock is five minutes ahead of it.
        driver.core.clock = HybridClock(wallOffset: (CoreDriver.serverStart + 300_000) * 1000)
        for resource in names.indices { driver.local("OPEN", openMs: 600_000, resource: resource) }
        #expect(driver.core.resources[limit].hasLostItsPlace)
        driver.core.linkUp(at: driver.now)
        driver.take()
        while let (ticket, request) = driver.nextRequest() {
            guard case .read(let indices, _) = request else { continue }
            let nothing: [StoredSnapshot?] = indices.map { _ in nil }
            driver.answer(ticket, .read(ReadReply(snapshots: nothing, position: driver.position())))
        }
        let last = try #require(driver.core.resources[limit].pending)
        #expect(last.held.lastModified <= driver.serverMs)
    }

    @Test func `a decision that is written before all has been read does not make the process live`() throws {
        let names = (0...SharingCore.readSize).map { "b\($0)" }
        var driver = cutOff(names: names)
        driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
        driver.core.linkUp(at: driver.now)
        driver.take()
        let place = try #require(driver.requests.firstIndex { if case .read = $0.request { true } else { false } })
        let read = driver.requests.remove(at: place)
        let nothing: [StoredSnapshot?] = (0..<SharingCore.readSize).map { _ in nil }
        driver.answer(read.ticket, .read(ReadReply(snapshots: nothing, position: driver.position())))
        let (ticket, proposals) = try driver.requireCommit()
        driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: proposals[0].item.version)])
        #expect(driver.core.health == .cutOff(reason: "test"))
    }

    @Test func `what is only counted does not pile up while nothing else happens`() {
        let limit = SharingCore.maximumQueue + SharingCore.maximumUncounted
        var driver = cutOff(names: (0...limit).map { "b\($0)" })
        for resource in 0..<limit {
            driver.core.localTransition(
                resource,
                LocalTransition(sequence: 1, basis: 0, from: "CLOSED", to: "OPEN", event: "trip", remainingMs: 5000),
                at: driver.now
            )
        }
        #expect(!driver.core.hasActions, "a note for each decision that found no place")
        driver.core.localTransition(
            limit,
            LocalTransition(sequence: 1, basis: 0, from: "CLOSED", to: "OPEN", event: "trip", remainingMs: 5000),
            at: driver.now
        )
        #expect(driver.core.hasActions)
    }

    @Test func `a machine whose report never comes gets its state after a second`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 60_000)])
        driver.nextHandOver { _ in .conflict(sequence: 7) }
        #expect(driver.core.takeHandOver() == nil, "its own report is awaited")
        #expect(driver.core.nextDeadline.map { $0 <= driver.now + 1_000_000 } == true)
        driver.advance(ms: 999)
        #expect(driver.core.takeHandOver() == nil)
        driver.advance(ms: 1)
        let taken = driver.core.takeHandOver()
        let again = try #require(taken)
        #expect(again.ifSequence == 7)
        #expect(again.state.state == "OPEN")
        driver.core.handedOver(0, .adopted(sequence: 8), at: driver.now)
        #expect(driver.core.takeHandOver() == nil)
    }

    @Test func `a report that comes in time is judged, and nothing is handed over twice`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 60_000)])
        driver.nextHandOver { _ in .conflict(sequence: 1) }
        driver.sequence = 0
        driver.local("OPEN", openMs: 60_000, basis: 0)
        let taken = driver.core.takeHandOver()
        let first = try #require(taken)
        #expect(first.ifSequence == 1)
        driver.core.handedOver(0, .adopted(sequence: 2), at: driver.now)
        driver.advance(ms: 2000)
        #expect(driver.core.takeHandOver() == nil)
    }

    @Test func `what has nothing to say any more takes nobody's place in a full queue`() throws {
        let limit = SharingCore.maximumQueue
        let names = (0...limit).map { "b\($0)" }
        var driver = CoreDriver(names: names)
        driver.goLive(stored: names.map { _ in nil })
        driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann", resource: limit)
        let (ticket, _) = try driver.requireCommit()
        // Somebody else decides later while the proposal is under way.
        let later = driver.serverMs + 1000
        driver.receive([
            driver.version(
                "DISABLED",
                at: later,
                operatorAt: later,
                hold: .forever,
                actor: "bob",
                name: names[limit]
            )
        ])
        #expect(driver.core.resources[limit].pending == nil)
        driver.local("CLOSED", from: "HALF_OPEN", event: "probesPassed", resource: 0)
        for resource in 1..<limit { driver.local("OPEN", openMs: 600_000, resource: resource) }
        #expect(driver.core.queue.count == limit)
        driver.fail(ticket, .timedOut)
        #expect(driver.core.resources[0].pending?.held.state == "CLOSED")
        #expect(!driver.actions.contains(.note(.dropped)))
    }
}
