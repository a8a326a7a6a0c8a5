import StateMachines

@testable import StateSharing

/// Where a local decision stands on its road to the fleet: the diagram of the module's page.
enum Decision: UInt8, MachineSymbol {
    /// Made here, in force here, and not sent: there is no link.
    case waiting
    /// Proposed to the store.
    case sent
    /// In the store, and so the fleet's.
    case stored
    /// Somebody else's is in force.
    case givenUp
}

/// What happens to it.
enum DecisionEvent: UInt8, MachineSymbol {
    case linkUp
    case linkDown
    case accepted
    case outlivesNewer
    case yieldsToNewer
    case storeLost
}

extension TypedDefinition<Decision, DecisionEvent, Void> {
    static var life: Self {
        TypedDefinition(name: "decision", initial: .waiting) {
            In(.waiting) {
                On(.linkUp, to: .sent)
            }
            In(.sent) {
                On(.accepted, to: .stored)
                On(.outlivesNewer, .reenter)
                On(.yieldsToNewer, to: .givenUp)
                On(.linkDown, to: .waiting)
            }
            In(.stored) {
                On(.storeLost, to: .sent)
                On(.yieldsToNewer, to: .givenUp)
            }
            In(.givenUp, final: true)
        }
    }
}

/// The sharing core with one decision in it: a trip.
struct DecisionDriver {
    private var driver = CoreDriver()
    private var ticket: UInt64?
    private var stored: SharedVersion?

    /// A decision that was made without a link.
    init() {
        driver.goLive()
        driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        driver.take()
        driver.requests = []
        driver.local("OPEN", openMs: 60_000)
    }

    struct Unexpected: Error {}

    /// Makes something happen.
    mutating func happen(_ event: DecisionEvent) throws {
        switch event {
        case .linkUp: driver.goLive()
        case .linkDown:
            driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
            driver.take()
            (driver.requests, ticket) = ([], nil)
        case .accepted:
            let (ticket, proposals) = try taken()
            stored = proposals[0].item.version
            driver.answerCommit(ticket, [CommitResult(code: .accepted, stored: stored)])
        case .outlivesNewer, .yieldsToNewer:
            // A CLOSED that did not see the trip, or an OPEN.
            let newer = driver.version(
                event == .outlivesNewer ? "CLOSED" : "OPEN",
                at: driver.serverMs + 5000,
                epoch: 9,
                leftMs: event == .outlivesNewer ? nil : 9000
            )
            if driver.pending == nil {
                driver.receive([newer])
            } else {
                driver.answerCommit(try taken().0, [CommitResult(code: .conflict, stored: newer)])
            }
        case .storeLost:
            driver.goLive(stored: [nil], storeSequence: 0)
            // It looks twice before it believes it.
            driver.advance(ms: 2)
            for (ticket, _, _) in SyncTests.reads(&driver) {
                driver.answer(ticket, .read(ReadReply(snapshots: [nil], position: driver.position(0))))
            }
        }
        driver.advance(ms: 1)
        while driver.nextHandOver() != nil {}
    }

    private mutating func taken() throws -> (UInt64, [SharingCore.Proposal]) { try driver.requireCommit() }

    /// Where the decision stands.
    var state: Decision {
        let isAsking = driver.requests.contains { if case .commit = $0.request { true } else { false } }
        if isAsking { return .sent }
        if driver.pending != nil { return .waiting }
        return driver.committed?.version.writer == WriterID(bits: 1) ? .stored : .givenUp
    }

    /// What calls see.
    var effective: String? { driver.core.resources[0].effective?.state }
}
