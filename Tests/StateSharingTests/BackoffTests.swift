import StateMachines
import Testing

@testable import StateSharing

/// How long what the store refused waits, whichever request met the refusal (fleet protocol, section 11).
struct BackoffTests {
    /// A refusal and its waits in milliseconds, until they stay the same.
    struct Rule: CustomTestStringConvertible, Sendable {
        var code: StoreError.Code
        var waits: [Int64]
        var testDescription: String { "\(code)" }
    }

    static let rules = [
        Rule(code: .busy, waits: [100, 200, 400, 800, 1600, 2000, 2000]),
        Rule(code: .loading, waits: [250, 500, 1000, 2000, 4000, 5000, 5000]),
        Rule(code: .writesRefused, waits: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]),
        Rule(code: .denied, waits: [30_000, 60_000, 60_000]),
    ]

    enum Asked: String, CaseIterable, Sendable { case commit, fullSync, gap, check, registration }

    /// A live core that has just asked that of its store, and nothing else but heartbeats.
    private func driver(asking asked: Asked) -> CoreDriver {
        var driver = CoreDriver { $0.fullSyncMs = 86_400_000 }
        driver.goLive()
        switch asked {
        case .commit:
            driver.local("FORCED_OPEN", event: "forceOpen", actor: "ann")
        case .fullSync:
            driver.core.overflow(at: driver.now)
        case .gap:
            driver.receive([driver.version("CLOSED", at: driver.serverMs, name: "other")], previous: 17, sequence: 18)
        case .check:
            driver.core.check(0, at: driver.now)
            driver.advance(ms: 0)
        case .registration:
            _ = driver.core.register(name: "late", definition: CoreDriver.breaker, at: driver.now)
        }
        driver.take()
        return driver
    }

    /// Takes the request of that kind; heartbeats are answered, and what else is asked is too.
    private func next(_ asked: Asked, _ driver: inout CoreDriver) -> UInt64? {
        var found: UInt64?
        while let (ticket, request) = driver.nextRequest() {
            switch (asked, request) {
            case (.commit, .commit), (.fullSync, .read(_, .fullSync)), (.gap, .changes), (.check, .read(_, .check)),
                (.registration, .register):
                found = ticket
            case (_, .beat):
                driver.answer(
                    ticket,
                    .beat(
                        BeatReply(
                            sent: false,
                            position: driver.position(driver.core.lastSeen?.sequence ?? 0),
                            members: 1
                        )
                    )
                )
            case (_, .read(let indices, _)):
                let nothing: [StoredSnapshot?] = indices.map { _ in nil }
                driver.answer(ticket, .read(ReadReply(snapshots: nothing, position: driver.position())))
            default:
                driver.answer(ticket, .done)
            }
        }
        return found
    }

    @Test(arguments: rules, Asked.allCases)
    func `whatever a refusal meets waits as long as that refusal calls for`(rule: Rule, asked: Asked) throws {
        var driver = driver(asking: asked)
        for wait in rule.waits {
            driver.fail(try #require(next(asked, &driver)), rule.code)
            driver.advance(ms: wait - 1)
            #expect(next(asked, &driver) == nil, "before \(wait) ms")
            driver.advance(ms: 1)
        }
        #expect(next(asked, &driver) != nil)
    }

    @Test(arguments: [Asked.fullSync, .check, .registration])
    func `a wait begins anew with a new link`(asked: Asked) throws {
        var driver = driver(asking: asked)
        for _ in 0..<4 {
            driver.fail(try #require(next(asked, &driver)), .loading)
            driver.advance(ms: 5000)
        }
        driver.core.linkDown(StoreError(.unreachable, "test"), at: driver.now)
        driver.core.linkUp(at: driver.now)
        driver.take()
        let again: Asked = asked == .registration ? .registration : .fullSync
        driver.fail(try #require(next(again, &driver)), .loading)
        driver.advance(ms: 250)
        #expect(next(again, &driver) != nil)
    }

    @Test func `a registration that keeps failing is told once an episode`() throws {
        var driver = driver(asking: .registration)
        for _ in 0..<3 {
            driver.fail(try #require(next(.registration, &driver)), .busy)
            driver.advance(ms: 2000)
        }
        #expect(driver.actions.count { if case .note(.alarm) = $0 { true } else { false } } == 1)
    }

    @Test func `waits double up to their bound and start over after a success`() {
        var backoff = Backoff()
        #expect((0..<7).map { _ in backoff.next(after: .busy) } == Self.rules[0].waits.map { $0 * 1000 })
        backoff.reset()
        #expect(backoff.next(after: .busy) == 100_000)
        for _ in 0..<200 { _ = backoff.next(after: .denied) }
        #expect(backoff.next(after: .busy) == 2_000_000)
    }
}
