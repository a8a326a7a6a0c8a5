import Testing

@testable import ResilienceTestKit
@testable import StateMachines

@Suite struct ExplanationTests {
    @Test func `the explanation of a pair is what happens`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        var moves = 0
        for _ in 0..<1500 {
            var definition = generator.definition([.guards, .actions, .parents, .finals, .timeouts])
            for (index, state) in definition.states.enumerated() {
                definition.initial = state.name
                for event in definition.events {
                    var interpreter = ReferenceInterpreter(definition)
                    _ = interpreter.start()
                    for name in definition.guards { interpreter.set(guard: name, to: generator.chance(1, of: 2)) }
                    let truth = Set(definition.guards.filter { !interpreter.falseGuards.contains($0) })
                    let line = interpreter.fire(ReplayEvent(event))[0]
                    let explanation = Explanation(of: event, in: index, of: definition)
                    let answer = explanation.answers.first { $0.condition?.holds(truth.contains) ?? true }
                    let words = line.trace.filter { !$0.hasPrefix("guard:") }
                    guard let answer else {
                        #expect(line.outcome == explanation.otherwise)
                        continue
                    }
                    #expect(line.state == answer.target)
                    #expect(words == answer.words, "\(explanation.lines)")
                    moves += answer.kind == .move ? 1 : 0
                }
            }
        }
        #expect(moves > 500)
    }
}

extension Explanation.Answer {
    /// The words of a trace in which nothing fails.
    fileprivate var words: [String] {
        var words: [String] = []
        for step in exits { words += ["exit:\(step.state)"] + step.actions.map { "act:\($0)" } }
        words += actions.map { "act:\($0)" }
        if kind == .move || kind == .reenter { words.append("commit") }
        for step in entries { words += ["enter:\(step.state)"] + step.actions.map { "act:\($0)" } }
        if isFinal { words.append("final") }
        return words + timers.map { "arm:\($0.fires)@\(MachineDuration.text($0.after))" }
    }
}
