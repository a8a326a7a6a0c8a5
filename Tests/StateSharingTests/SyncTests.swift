import StateMachines
import Testing

@testable import StateSharing

/// Subscribe, sync, chain, heartbeat (fleet protocol, sections 5, 8 and 9).
struct SyncTests {
    /// Takes the reads asked for, dropping other requests.
    static func reads(_ driver: inout CoreDriver) -> [(UInt64, [Int], SharingCore.ReadPurpose)] {
        var reads: [(UInt64, [Int], SharingCore.ReadPurpose)] = []
        while let (ticket, request) = driver.nextRequest() {
            if case .read(let indices, let purpose) = request { reads.append((ticket, indices, purpose)) }
        }
        return reads
    }

    static func listings(_ driver: CoreDriver) -> [Int64] {
        driver.requests.compactMap { sent in
            if case .changes(let after, _) = sent.request { after } else { nil }
        }
    }

    @Test func `ready means that the store has been read`() {
        var driver = CoreDriver()
        #expect(!driver.core.isReady)
        driver.goLive(stored: [driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 3000)])
        #expect(driver.core.isReady)
        #expect(driver.actions.contains(.note(.ready)))
        #expect(driver.nextHandOver()?.remainingMs == 3000)
    }

    @Test func `an absent snapshot is no news`() {
        var driver = CoreDriver()
        driver.local("OPEN")
        driver.goLive(stored: [nil])
        #expect(driver.pending?.held.state == "OPEN")
        #expect(driver.nextHandOver() == nil)
    }

    @Test func `a full sync reads its own resources in pages`() {
        let names = (0..<600).map { "b\($0)" }
        var driver = CoreDriver(names: names)
        driver.core.linkUp(at: driver.now)
        driver.take()
        var sizes: [Int] = []
        while let (ticket, request) = driver.nextRequest() {
            guard case .read(let indices, .fullSync) = request else { continue }
            sizes.append(indices.count)
            driver.answer(
                ticket,
                .read(ReadReply(snapshots: indices.map { _ in nil }, position: driver.position()))
            )
        }
        #expect(sizes == [256, 256, 88])
    }

    @Test func `a hole in the chain is listed and read`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("CLOSED", at: driver.serverMs, name: "other")], previous: 17, sequence: 18)
        #expect(Self.listings(driver) == [10])
        let (ticket, _) = try driver.requireRequest()
        driver.answer(
            ticket,
            .changes(ChangesReply(resources: [driver.core.resources[0].id], through: 18, hasMore: false))
        )
        #expect(Self.reads(&driver).map(\.1) == [[0]])
    }

    @Test func `a heartbeat ahead of what was seen shows a lost message`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(.beat(position: driver.position(12), members: 2), at: driver.now)
        driver.take()
        #expect(Self.listings(driver) == [10])
    }

    @Test func `a store that stands before what was seen is read in full`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(.beat(position: driver.position(4), members: 2), at: driver.now)
        driver.take()
        #expect(Self.reads(&driver).first?.2 == .fullSync)
    }

    @Test func `another lineage is read in full`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(
            .beat(position: driver.position(10, generation: "00000000000000bb"), members: 1),
            at: driver.now
        )
        driver.take()
        #expect(driver.actions.contains(.note(.newLineage)))
        #expect(Self.reads(&driver).first?.2 == .fullSync)
    }

    @Test func `an unbroken chain asks for nothing`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("CLOSED", at: driver.serverMs)], previous: 10, sequence: 11)
        driver.core.message(.beat(position: driver.position(11), members: 2), at: driver.now)
        driver.take()
        #expect(Self.reads(&driver).isEmpty)
        #expect(Self.listings(driver).isEmpty)
    }

    @Test func `what the store lost is looked at twice, then sent as it is`() throws {
        var driver = CoreDriver()
        let open = driver.version("OPEN", at: driver.serverMs, parent: 42, epoch: 3, leftMs: 60_000)
        driver.goLive(stored: [open])
        driver.nextHandOver()
        driver.advance(ms: 1000)
        driver.goLive(stored: [nil], storeSequence: 0)  // it came back empty
        #expect(driver.nextCommit() == nil, "one look may have been too early")
        driver.advance(ms: 2)
        let looks = Self.reads(&driver)
        let (ticket, _, purpose) = try #require(looks.first)
        #expect(purpose == .check)
        driver.answer(ticket, .read(ReadReply(snapshots: [nil], position: driver.position(0))))
        let (_, proposals) = try driver.requireCommit()
        #expect(proposals[0].item.mode == .merge)
        #expect(proposals[0].item.version.version == open.version)
        #expect(proposals[0].item.expected == 42)
        #expect(proposals[0].item.version.remainingMs == 58_998)
        #expect(driver.core.resources[0].effective?.state == "OPEN")
    }

    @Test func `a lost initial state is not sent`() {
        var driver = CoreDriver()
        driver.goLive(stored: [driver.version("CLOSED", at: driver.serverMs)])
        driver.goLive(stored: [nil], storeSequence: 0)
        driver.advance(ms: 2)
        #expect(Self.reads(&driver).isEmpty)
        #expect(driver.nextCommit() == nil)
    }

    @Test func `a version far ahead of the server's time is not applied, the key is read instead`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs + 600_001, epoch: 1, leftMs: 5000)])
        #expect(driver.committed == nil)
        #expect(Self.reads(&driver).map(\.1) == [[0]])
    }

    @Test func `unreadable messages ask for one sync in ten seconds`() {
        var driver = CoreDriver()
        driver.goLive()
        var syncs = 0
        for _ in 0..<100 {
            driver.core.malformed("garbage", at: driver.now)
            driver.take()
            for (ticket, indices, _) in Self.reads(&driver) {
                syncs += 1
                driver.answer(
                    ticket,
                    .read(ReadReply(snapshots: indices.map { _ in nil }, position: driver.position()))
                )
            }
            driver.now += 50_000
        }
        #expect(syncs == 1)
        #expect(driver.committed == nil)
    }

    @Test func `where every message is only a hint the key is read first`() {
        var driver = CoreDriver { $0.verifiesBeforeApplying = true }
        driver.goLive()
        driver.receive([driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 5000)])
        #expect(driver.committed == nil)
        driver.advance(ms: 2)
        #expect(Self.reads(&driver).map(\.1) == [[0]])
    }

    @Test func `the first heartbeat makes a member, heard ones put off one's own`() throws {
        var driver = CoreDriver()
        driver.core.linkUp(at: driver.now)
        driver.take()
        var beats: [BeatRequest] = []
        func drain(_ driver: inout CoreDriver) {
            while let (ticket, request) = driver.nextRequest() {
                switch request {
                case .beat(let beat):
                    beats.append(beat)
                    driver.answer(ticket, .beat(BeatReply(sent: true, position: driver.position(), members: 2)))
                case .read(let indices, _):
                    driver.answer(
                        ticket,
                        .read(ReadReply(snapshots: indices.map { _ in nil }, position: driver.position()))
                    )
                default:
                    driver.answer(ticket, .done)
                }
            }
        }
        drain(&driver)
        #expect(beats.count == 1)
        #expect(beats.first?.memberForMs == 60_000)
        for _ in 0..<18 {
            driver.advance(ms: 1000)
            driver.core.message(.beat(position: driver.position(), members: 2), at: driver.now)
            driver.take()
            drain(&driver)
        }
        #expect(beats.count == 1, "others' heartbeats put it off")
        driver.advance(ms: 2500)
        drain(&driver)
        #expect(beats.count == 2, "the membership is renewed all the same")
        #expect(beats.last?.memberForMs == 60_000)
    }

    @Test func `a subscription that hears nothing is made anew`() throws {
        var driver = CoreDriver()
        driver.goLive()
        var isDeaf = false
        for _ in 0..<40 where !isDeaf {
            driver.advance(ms: 1000)
            while let (ticket, request) = driver.nextRequest() {
                if case .beat = request {
                    driver.answer(ticket, .beat(BeatReply(sent: true, position: driver.position(), members: 1)))
                } else {
                    driver.answer(ticket, .done)
                }
            }
            isDeaf = driver.actions.contains(.resubscribe)
        }
        #expect(isDeaf)
    }

    @Test func `a refused heartbeat explains the silence`() {
        var driver = CoreDriver()
        driver.goLive()
        for _ in 0..<60 {
            driver.advance(ms: 1000)
            while let (ticket, request) = driver.nextRequest() {
                if case .beat = request { driver.fail(ticket, .writesRefused) } else { driver.answer(ticket, .done) }
            }
        }
        #expect(!driver.actions.contains(.resubscribe))
    }

    @Test func `a failed read is made again after a pause`() throws {
        var driver = CoreDriver()
        driver.core.linkUp(at: driver.now)
        driver.take()
        let reads = Self.reads(&driver)
        let (ticket, _, _) = try #require(reads.first)
        driver.fail(ticket, .timedOut)
        #expect(Self.reads(&driver).isEmpty)
        driver.advance(ms: 250)
        #expect(Self.reads(&driver).count == 1)
    }

    @Test func `machines learn that the fleet is out of reach, and when it has been read again`() throws {
        var driver = CoreDriver()
        func told() -> [SharingCore.Action] {
            driver.actions.filter { if case .limitProbes = $0 { true } else { false } }
        }
        driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        driver.take()
        #expect(told().isEmpty, "it never was in a fleet")
        driver.goLive()
        driver.core.message(.beat(position: driver.position(), members: 7), at: driver.now)
        for _ in 0..<2 {
            driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
            driver.core.linkUp(at: driver.now)
            driver.take()
            #expect(told() == [.limitProbes(members: 7, resource: nil)])
        }
        let registered = driver.core.register(name: "late", definition: CoreDriver.breaker, at: driver.now)
        let late = try #require(registered)
        let fresh = LocalTransition(sequence: 0, basis: 0, from: "CLOSED", to: "CLOSED", event: "")
        driver.core.present(late, fresh, at: driver.now)
        driver.take()
        #expect(told().last == .limitProbes(members: 7, resource: late))
        driver.requests = []
        driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        driver.goLive(stored: [nil, nil])
        #expect(told().last == .limitProbes(members: nil, resource: nil))
        #expect(told().count == 3)
    }

    @Test func `names that could not be registered are registered later`() throws {
        var driver = CoreDriver()
        driver.core.linkUp(at: driver.now)
        driver.take()
        func registrations(_ driver: inout CoreDriver, fails: Bool) -> Int {
            var count = 0
            while let (ticket, request) = driver.nextRequest() {
                guard case .register(let indices) = request else { continue }
                count += indices.count
                if fails { driver.fail(ticket, .writesRefused) } else { driver.answer(ticket, .done) }
            }
            return count
        }
        #expect(registrations(&driver, fails: true) == 1)
        driver.advance(ms: 999)
        #expect(registrations(&driver, fails: false) == 0)
        driver.advance(ms: 1)
        #expect(registrations(&driver, fails: false) == 1)
        driver.advance(ms: 10_000)
        #expect(registrations(&driver, fails: false) == 0)
    }

    @Test func `without a link it says so once and its next deadline never lies behind`() {
        var driver = CoreDriver()
        driver.core.linkDown(StoreError(.unreachable, "refused"), at: driver.now)
        driver.core.linkDown(StoreError(.unreachable, "refused"), at: driver.now)
        driver.take()
        let told = driver.actions.filter { if case .note(.health) = $0 { true } else { false } }
        #expect(told.count == 1)
        #expect(driver.core.nextDeadline == nil)
    }
}

/// What a review found: each was wrong once.
extension SyncTests {
    @Test func `a forged number of members overflows nothing`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(.beat(position: driver.position(), members: Int(WireFormat.maximumInteger)), at: driver.now)
        driver.advance(ms: 20_000)
        #expect(driver.core.beat.members == 1_000_000)
    }

    @Test func `a due safety net whose read fails waits, and is cast once`() {
        var driver = CoreDriver()
        driver.goLive()
        driver.now = driver.core.sync.nextFullAt
        driver.core.tick(at: driver.now)
        driver.take()
        var syncs = Self.reads(&driver)
        #expect(syncs.count == 1)
        driver.fail(syncs[0].0, .busy)
        #expect(driver.core.nextDeadline ?? 0 >= driver.now + 100_000)
        driver.advance(ms: 100)
        syncs = Self.reads(&driver)
        #expect(syncs.count == 1)
        driver.core.tick(at: driver.now)
        driver.answer(syncs[0].0, .read(ReadReply(snapshots: [nil], position: driver.position())))
        #expect(Self.reads(&driver).isEmpty, "an event meanwhile did not ask for a second one")
    }

    @Test func `a foreign snapshot in the store asks for nothing`() {
        var driver = CoreDriver()
        var foreign = driver.version("OPEN", at: driver.serverMs, leftMs: 100)
        foreign.definition = "breaker-2"
        driver.goLive(stored: [foreign])
        driver.advance(ms: 11_000)
        #expect(!Self.reads(&driver).contains { $0.2 == .fullSync })
    }

    @Test func `a gap found while another is listed is listed too`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(.beat(position: driver.position(12), members: 1), at: driver.now)
        driver.take()
        let (ticket, request) = try driver.requireRequest()
        #expect(request == .changes(after: 10, limit: 512))
        driver.core.message(.beat(position: driver.position(15), members: 1), at: driver.now)
        driver.take()
        driver.answer(ticket, .changes(ChangesReply(resources: [], through: 12, hasMore: false)))
        #expect(Self.listings(driver) == [12])
    }

    @Test func `a listing that failed is made again`() throws {
        var driver = CoreDriver()
        driver.goLive()
        driver.core.message(.beat(position: driver.position(12), members: 1), at: driver.now)
        driver.take()
        let (ticket, _) = try driver.requireRequest()
        driver.fail(ticket, .timedOut)
        driver.advance(ms: 250)
        #expect(Self.listings(driver) == [10])
    }

    @Test func `a state adopted by an earlier service is not proposed as one's own`() {
        var driver = CoreDriver()
        driver.core.present(
            0,
            LocalTransition(
                sequence: 4,
                basis: 2,
                from: "CLOSED",
                to: "FORCED_OPEN",
                event: LocalTransition.adopted,
                actor: "ann"
            ),
            at: driver.now
        )
        #expect(driver.pending == nil)
        driver.goLive(stored: [driver.version("CLOSED", at: driver.serverMs)])
        #expect(driver.nextHandOver()?.state == "CLOSED")
    }
}

extension SyncTests {
    @Test func `the safety net keeps what is stored alive and looks for expired names`() throws {
        var driver = CoreDriver { $0.timeToLiveMs = 600_000 }
        let open = driver.version("OPEN", at: driver.serverMs, epoch: 1, leftMs: 3_600_000)
        driver.goLive(stored: [open])
        driver.nextHandOver()
        driver.now = driver.core.sync.nextFullAt
        driver.core.tick(at: driver.now)
        driver.take()
        var asked: [SharingCore.Request] = []
        while let (ticket, request) = driver.nextRequest() {
            asked.append(request)
            if case .read = request {
                let stored = StoredSnapshot(name: "pay", version: open)
                driver.answer(ticket, .read(ReadReply(snapshots: [stored], position: driver.position())))
            } else if case .beat = request {
                driver.answer(ticket, .beat(BeatReply(sent: true, position: driver.position(), members: 1)))
            } else {
                driver.answer(ticket, .done)
            }
        }
        #expect(asked.contains(.extend([0], timeToLiveMs: 600_000)))
        #expect(asked.contains(.register([0])))
        #expect(asked.contains(.prune(after: 0)))
    }
}
