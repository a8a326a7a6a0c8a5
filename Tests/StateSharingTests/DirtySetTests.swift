import StateMachines
import Testing

@testable import StateSharing

/// The queue of what is to be written, against a list that is searched from its start.
struct DirtySetTests {
    private struct Naive {
        struct Entry {
            var resource: Int
            var sendAt: Int64
            var mayLeave: Bool
            var isForgettable: Bool
        }
        var entries: [Entry] = []

        mutating func put(_ entry: Entry) {
            if let place = entries.firstIndex(where: { $0.resource == entry.resource }) {
                entries[place] = entry
            } else {
                entries.append(entry)
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it answers like a list in order of arrival`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var set = DirtySet()
        var naive = Naive()
        // Small, large, and growing and shrinking, so that gaps are closed with few and with many left.
        let resources = [3, 70, 400][Int(seed % 3)]
        for step in 0..<4000 {
            let resource = Int.random(in: 0..<resources, using: &random)
            let isGrowing = step / 500 % 2 == 0
            switch Int.random(in: 0..<100, using: &random) {
            case 0:
                set.keepBack()
                for place in naive.entries.indices { naive.entries[place].mayLeave = false }
            case 1..<(isGrowing ? 70 : 30):
                let entry = Naive.Entry(
                    resource: resource,
                    sendAt: .random(in: 0...100, using: &random),
                    mayLeave: .random(using: &random),
                    isForgettable: .random(using: &random)
                )
                naive.put(entry)
                set.put(
                    resource,
                    sendAt: entry.sendAt,
                    mayLeave: entry.mayLeave,
                    isForgettable: entry.isForgettable
                )
            default:
                naive.entries.removeAll { $0.resource == resource }
                set.remove(resource)
            }
            let now = Int64.random(in: -1...101, using: &random)
            #expect(set.resources == naive.entries.map(\.resource))
            #expect(set.count == naive.entries.count)
            #expect(set.isEmpty == naive.entries.isEmpty)
            #expect(set.sendAt(of: resource) == naive.entries.first { $0.resource == resource }?.sendAt)
            #expect(set.nextSendAt == naive.entries.filter(\.mayLeave).map(\.sendAt).min())
            #expect(set.oldestDue(at: now) == naive.entries.first { $0.mayLeave && $0.sendAt <= now }?.resource)
            #expect(set.oldestForgettable() == naive.entries.first(where: \.isForgettable)?.resource)
        }
    }

    @Test func `gaps are closed: what passes through takes no room`() {
        var set = DirtySet()
        for resource in 0..<100_000 {
            set.put(resource, sendAt: 0, mayLeave: true, isForgettable: true)
            if resource >= 10 { set.remove(resource - 10) }
        }
        #expect(set.resources == Array(99_990..<100_000))
        #expect(set.steps < 100_000 * 60)
    }

    /// What holds up the queue while it is full.
    enum Trouble: CaseIterable, Sendable { case noLink, writesRefused }

    /// What the full queue is full of.
    enum Load: CaseIterable, Sendable { case trips, tripsThenRecoveries }

    /// More steps than a decision takes in a queue of 10 000, and far fewer than there are places in it.
    private static let stepsOfADecision = 300

    @Test(arguments: Trouble.allCases, Load.allCases)
    func `a decision that meets a full queue looks at a few places of it only`(trouble: Trouble, load: Load) throws {
        let limit = SharingCore.maximumQueue
        let further = 2000
        let names = (0..<limit + further).map { "b\($0)" }
        var driver = CoreDriver(names: names) { $0.fullSyncMs = 86_400_000 }
        driver.goLive(stored: names.map { _ in nil })
        switch trouble {
        case .noLink:
            driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        case .writesRefused:
            driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
            driver.fail(try driver.requireCommit().0, .writesRefused)
        }
        func decide(_ resources: Range<Int>, _ state: String) -> Int {
            let before = driver.core.steps
            for resource in resources {
                let event = state == "OPEN" ? "trip" : "probesPassed"
                driver.core.localTransition(
                    resource,
                    LocalTransition(
                        sequence: 1,
                        basis: 0,
                        from: "",
                        to: state,
                        event: event,
                        remainingMs: state == "OPEN" ? 600_000 : nil,
                        durationMs: state == "OPEN" ? 600_000 : 0
                    ),
                    at: driver.now
                )
                _ = driver.core.nextDeadline  // as the shell does after each
            }
            return driver.core.steps - before
        }
        let trips = load == .trips ? limit : limit - 1000
        let filling = decide(1..<trips, "OPEN") + decide(trips..<limit, "CLOSED")
        #expect(driver.core.queue.count >= limit - 1)
        let beyond = decide(limit..<limit + further, "OPEN")
        #expect(driver.core.queue.count == limit)
        #expect(filling < limit * Self.stepsOfADecision)
        #expect(beyond < further * Self.stepsOfADecision, "\(beyond / further) steps each")
    }

    @Test func `states wait for their machines in order, however many`() {
        var driver = CoreDriver(names: (0..<300).map { "b\($0)" })
        var expected: [Int] = []
        var taken: [Int] = []
        for resource in 0..<300 {
            driver.core.handOver(
                SharingCore.HandOver(resource: resource, state: SharedState(state: "OPEN"), basis: 1, ifSequence: 0)
            )
            expected.append(resource)
            if resource % 3 == 0, let next = driver.core.takeHandOver() { taken.append(next.resource) }
        }
        while let next = driver.core.takeHandOver() { taken.append(next.resource) }
        #expect(taken == expected)
        #expect(driver.core.handOvers.isEmpty)
        #expect(!driver.core.hasHandOvers)
    }
}

extension SharingCore {
    /// Places looked at by whatever asks what is due, for the number of events to be held against.
    var steps: Int { queue.steps + holds.steps + checks.steps + unreported.steps }
}
