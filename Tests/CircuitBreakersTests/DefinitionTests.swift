import CircuitBreakers
import StateMachines
import Testing

struct DefinitionTests {
    /// The table once more: a target, `*` re-enters, `i` is ignored, `—` is refused.
    static let table: [(CircuitState, String)] = [
        (.closed, "OPEN i i i OPEN i FORCED_OPEN DISABLED METRICS_ONLY *"),
        (.open, "i HALF_OPEN i i * CLOSED FORCED_OPEN DISABLED METRICS_ONLY CLOSED"),
        (.halfOpen, "i i CLOSED OPEN OPEN CLOSED FORCED_OPEN DISABLED METRICS_ONLY CLOSED"),
        (.forcedOpen, "i i i i — — i DISABLED METRICS_ONLY CLOSED"),
        (.disabled, "i i i i — — FORCED_OPEN i METRICS_ONLY CLOSED"),
        (.metricsOnly, "i i i i — — FORCED_OPEN DISABLED i CLOSED"),
    ]

    static let pairs: [(CircuitState, CircuitEvent, String)] = table.flatMap { state, row in
        zip(CircuitEvent.allCases, row.split(separator: " ")).map { (state, $0, String($1)) }
    }

    @Test func `the table has sixty pairs, each one classified`() {
        #expect(Self.pairs.count == 60)
        #expect(CircuitBreakerDefinition.typed.findings.isEmpty)
    }

    @Test(arguments: pairs)
    func `section 2: a pair of state and event does what the table says`(
        _ state: CircuitState,
        _ event: CircuitEvent,
        _ expected: String
    ) throws {
        let answer = try CircuitBreakerDefinition.typed.compile().answer(state, event)
        let told =
            switch answer.kind {
            case .move: answer.target.wireName
            case .reenter: "*"
            case .ignore: "i"
            case .reject: "—"
            case .stay: "stay"
            case .defer: "defer"
            }
        #expect(told == expected)
    }

    @Test func `section 2: wire names are upper case, and those of events are the plain ones`() {
        #expect(
            CircuitState.allCases.map(\.wireName) == [
                "CLOSED", "OPEN", "HALF_OPEN", "FORCED_OPEN", "DISABLED", "METRICS_ONLY",
            ]
        )
        #expect(
            CircuitEvent.allCases.map(\.wireName) == [
                "trip", "cooldownElapsed", "probesPassed", "probesFailed", "open", "close", "forceOpen", "disable",
                "observe", "reset",
            ]
        )
        #expect(CircuitState.allCases.allSatisfy { CircuitState(wireName: $0.wireName) == $0 })
        #expect(CircuitState(wireName: "closed") == nil)
    }

    @Test func `the fleet is told kind, ranks and which states stay local`() throws {
        let shared = try CircuitBreaker("a").sharedDefinition
        #expect(shared.kind == "breaker")
        #expect(shared.identifier == "breaker-1")
        #expect(shared.initial == "CLOSED")
        #expect(
            shared.ranks == [
                "CLOSED": 1, "OPEN": 2, "HALF_OPEN": 3, "FORCED_OPEN": 4, "METRICS_ONLY": 5, "DISABLED": 6,
            ]
        )
        #expect(shared.localStates == ["HALF_OPEN"])
        #expect(shared.heldStates == ["FORCED_OPEN", "DISABLED", "METRICS_ONLY"])
        #expect(shared.timedStates == ["OPEN"])
    }
}
