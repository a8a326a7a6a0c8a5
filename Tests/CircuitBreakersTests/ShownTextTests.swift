import Logging
import ResilienceTestKit
import StateMachines
import Testing

@testable import CircuitBreakers

/// Names that come from elsewhere, in errors and logs.
struct ShownTextTests {
    private static let hostile = "\u{1B}[31mred\nnew line\u{202E}"
    private static let shown = #"\u{1B}[31mred\u{A}new line\u{202E}"#
    private static let long = String(repeating: "x", count: 10_000)

    /// Whether a text has only characters that a terminal shows.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    @Test func `a name is shown without control characters and at most 128 characters of it`() {
        #expect("payments".shownName == "payments")
        #expect("Zahlungen: größer".shownName == "Zahlungen: größer")
        #expect(Self.hostile.shownName == Self.shown)
        let ends = "begin" + Self.long + "end"
        #expect(
            ends.shownName == "begin" + String(repeating: "x", count: 90) + "…" + String(repeating: "x", count: 29)
                + "end"
        )
        #expect(ends.shownName.count == 128)
        #expect(String(repeating: "é", count: 128).shownName == String(repeating: "é", count: 128))
        // One character as a reader sees it, and yet as long as a page.
        #expect(("e" + String(repeating: "\u{301}", count: 10_000)).shownName.unicodeScalars.count == 128)
        #expect(String(repeating: "\u{1B}", count: 10_000).shownName.utf8.count < 1100)
    }

    @Test(
        arguments: [
            (
                CircuitBreakerError.Code.open, CircuitState.open, Duration.milliseconds(2500),
                "is OPEN; a retry is pointless for 2.5 seconds"
            ),
            (.open, .open, nil, "is OPEN; a retry is pointless for now"),
            (.forcedOpen, .forcedOpen, nil, "is FORCED_OPEN; a retry is pointless until an operator's override ends"),
            (
                .noProbeFree, .halfOpen, nil,
                "is HALF_OPEN and all probes are taken; a retry is pointless before one of them has ended"
            ),
        ] as [(CircuitBreakerError.Code, CircuitState, Duration?, String)]
    )
    func `a refusal says until when a retry is pointless`(
        _ code: CircuitBreakerError.Code,
        _ state: CircuitState,
        _ retryAfter: Duration?,
        _ text: String
    ) {
        let error = CircuitBreakerError(code: code, breaker: "b", state: state, retryAfter: retryAfter)
        #expect(error.description == "circuit breaker \"b\" \(text)")
    }

    @Test func `FORCED_OPEN has a code of its own`() throws {
        let breaker = try CircuitBreaker("b", configuration: .init(openMs: 9), logger: CircuitBreaker.silentLogger)
        breaker.forceOpen()
        let forced = #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        #expect(forced == CircuitBreakerError(code: .forcedOpen, breaker: "b", state: .forcedOpen))
        breaker.reset()
        breaker.open(for: .seconds(60))
        let open = #expect(throws: CircuitBreakerError.self) { try breaker.acquire().succeed() }
        #expect(open?.code == .open)
        #expect(open?.retryAfter != nil)
    }

    @Test(arguments: [hostile, long])
    func `errors and log lines show hostile names on one short line`(_ name: String) throws {
        let name = String(name.prefix(1024))
        let lines = SharedList<Logger.Metadata>()
        let breaker = try CircuitBreaker(name, logger: Logger(label: "test") { _ in Keeper(lines: lines) })
        breaker.forceOpen(reason: name, actor: name)
        let line = try #require(lines.all.first)
        #expect(line["breaker.name"] == "\(name.shownName)")
        #expect(line.values.allSatisfy { Self.isPlain("\($0)") && "\($0)".count <= 200 })

        let refusal = #expect(throws: CircuitBreakerError.self) { try breaker.run {} }
        let refused = BreakerRegistry.Configuration(
            named: [name: .init(basedOn: name)],
            breakers: [name: .init(changes: .init(probes: 0))]
        )
        let wrong = #expect(throws: BreakerConfigurationError.self) { try BreakerRegistry(configuration: refused) }
        let unnamed = BreakerConfigurationError(
            breaker: name,
            findings: [.init(code: .malformed, property: name, message: name + Self.long)]
        )
        for text in [refusal?.description, wrong?.description, unnamed.description] {
            #expect(text.map(Self.isPlain) == true)
            #expect((text?.count ?? .max) < 900)
        }
        // The whole name is there for programs.
        #expect(refusal?.breaker == name)
    }

    /// Keeps the metadata of each line.
    private struct Keeper: LogHandler {
        let lines: SharedList<Logger.Metadata>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.append(event.metadata ?? [:]) }
    }
}
