import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite struct EngineDifferentialTests {
    @Test func `the engine steps like the reference interpreter, word by word`() throws {
        let seed = UInt64.random(in: 1 ... .max)
        print("seed \(seed)")
        var draw = RandomDefinition(random: SeededGenerator(seed: seed))
        var outcomes: [String: Int] = [:]
        for _ in 0..<1500 {
            let definition = draw.draw()
            var engine = EngineSubject(definition)
            var interpreter = ReferenceInterpreter(definition)
            if draw.chance(3) {
                let raises = [
                    "a0": [draw.events[0]], "a1": Array(repeating: draw.events[0], count: draw.number(1...70)),
                ]
                engine.host.raisedByActions = raises
                interpreter.raisedByActions = raises
            }
            for step in 0..<12 {
                for name in ["g0", "g1", "g2", "i0"] where draw.chance(3) {
                    let isTrue = draw.chance(2)
                    interpreter.set(guard: name, to: isTrue)
                    if isTrue { engine.host.falseGuards.remove(name) } else { engine.host.falseGuards.insert(name) }
                }
                for name in ["a0", "a1", "a2"] where draw.chance(8) {
                    let isFailing = draw.chance(3)
                    interpreter.set(action: name, failing: isFailing)
                    if isFailing {
                        engine.host.failingActions.insert(name)
                    } else {
                        engine.host.failingActions.remove(name)
                    }
                }
                if step == 0 {
                    #expect(interpreter.start() == [engine.start()])
                    continue
                }
                if draw.chance(2), engine.position.isFaulted {
                    engine.position.isFaulted = false
                    _ = interpreter.reset()
                }
                let event = draw.events[draw.number(0...draw.events.count - 1)]
                let line = engine.fire(event)
                outcomes[line.outcome ?? "", default: 0] += 1
                try #require(interpreter.fire(ReplayEvent(event)) == [line], "\(definition)")
            }
        }
        // What is never met is not compared.
        for kind in ["moved", "stayed", "ignored", "rejected", "failed", "faulted"] {
            #expect(outcomes[kind, default: 0] > 100, "\(kind)")
        }
    }
}
