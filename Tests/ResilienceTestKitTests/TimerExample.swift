import ResilienceTestKit
import StateMachines
import Testing

// The code of the article "Testing your timers"; DocumentationTests compares them.

/// A cart that is given up when nobody touches it.
enum Cart: UInt8, MachineSymbol {
    case filling
    case abandoned
}

/// What happens to a cart.
enum CartEvent: UInt8, MachineSymbol {
    case add
    case forgotten
}

let cart = TypedDefinition<Cart, CartEvent, Void>(name: "cart", initial: .filling) {
    In(.filling) {
        Timeout(after: .seconds(1800), fires: .forgotten)
        On(.add, .reenter)
        On(.forgotten, to: .abandoned)
    }
    In(.abandoned, final: true)
}

@Suite(.timeLimit(.minutes(1))) struct TimerExample {
    @Test func `a cart that nobody touches is given up after half an hour`() async throws {
        let clock = ManualClock()
        let loop = MachineLoop(try cart.compile(), clock: clock)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            guard await loop.started() else { return }
            try await clock.somebodySleeps(until: 1_800_000)

            clock.advance(by: .seconds(1000))
            #expect(try await loop.send(.add).outcome.to == .filling)
            clock.advance(by: .seconds(800))
            try await clock.somebodySleeps(until: 2_800_000)

            clock.advance(by: .seconds(1000))
            #expect(try await loop.send(.add).outcome.from == .abandoned)
            await loop.drain(within: .zero)
        }
    }

    @Test func `a script says the same without a task`() {
        var replay = LoopReplay(cart.definition)
        let script = ReplayScript([.advance(1_000_000), .fire(.init("add")), .advance(1_800_000)])
        let lines = script.run(on: &replay)
        #expect(lines.map(\.state) == ["filling", "filling", "abandoned"])
    }
}
