import CircuitBreakers
import Logging
import StateMachines
import Synchronization
import Testing

/// In which order a breaker tells of a transition.
struct TellingOrderTests {
    /// What was told, in order.
    private final class Told: LogHandler {
        private let words = Mutex<[String]>([])

        var all: [String] { words.withLock { $0 } }

        func add(_ word: String) { words.withLock { $0.append(word) } }

        func log(event _: LogEvent) { add("log") }

        var logLevel: Logger.Level {
            get { .info }
            set {}
        }

        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
    }

    @Test func `the fleet is told before a log is written, which may be slow`() throws {
        let told = Told()
        let breaker = try CircuitBreaker("pay", logger: Logger(label: "test") { _ in told })
        breaker.observeTransitions { _ in told.add("fleet") }
        breaker.forceOpen()
        #expect(told.all == ["fleet", "log"])
    }
}
