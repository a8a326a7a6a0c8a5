import ResilienceTestKit
import StateMachines
import Testing

/// A clock with which something happens right before it is read.
private final class WatchedClock: Clock, Sendable {
    let base = ManualClock()
    private let watcher = Locked<(@Sendable () -> Void)?>(nil)

    func watch(_ body: @escaping @Sendable () -> Void) { watcher.withLock { $0 = body } }

    var now: ManualClock.Instant {
        watcher.withLock { $0 }?()
        return base.now
    }

    var minimumResolution: Duration { base.minimumResolution }

    func sleep(until deadline: ManualClock.Instant, tolerance: Duration?) async throws {
        try await base.sleep(until: deadline, tolerance: tolerance)
    }
}

private enum Basket: UInt8, MachineSymbol {
    case filling
    case left
}

private enum BasketEvent: UInt8, MachineSymbol {
    case add
    case look
    case forgotten
}

/// What a loop makes of a clock that moves between its steps.
@Suite(.timeLimit(.minutes(1))) struct LoopTimeTests {
    private static let basket = TypedDefinition<Basket, BasketEvent, Void>(name: "basket", initial: .filling) {
        In(.filling) {
            Timeout(after: .seconds(10), fires: .forgotten)
            On(.add, .reenter)
            On(.look, .stay)
            On(.forgotten, to: .left)
        }
        In(.left, final: true)
    }

    @Test func `a timer goes from before the answer to the event that armed it`() async throws {
        let clock = WatchedClock()
        let loop = MachineLoop(try Self.basket.compile(), clock: clock)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            guard await loop.started() else { return }
            try await clock.base.somebodySleeps(until: 10_000)
            clock.base.advance(by: .seconds(4))
            let ticket = loop.send(.add)
            let hasMoved = Locked(false)
            // Who gets the answer moves the clock before the loop reads it again.
            clock.watch {
                guard ticket.outcomeIfKnown != nil else { return }
                let isFirst = hasMoved.withLock { hasMoved in
                    defer { hasMoved = true }
                    return !hasMoved
                }
                if isFirst { clock.base.advance(by: .seconds(4)) }
            }
            #expect(try await ticket.outcome.to == .filling)
            #expect(try await loop.send(.look).outcome.to == .filling)
            clock.base.advance(by: .seconds(6))
            #expect(try await loop.send(.look).outcome.from == .left)
            await loop.drain(within: .zero)
        }
    }
}
