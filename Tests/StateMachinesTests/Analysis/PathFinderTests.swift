import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite struct PathFinderTests {
    /// What a machine in a loop says when a path is replayed; guards keep their answers for a step.
    private func replay(_ steps: [PathStep], _ definition: MachineDefinition) -> ReplayLine? {
        var interpreter = ReferenceInterpreter(definition)
        var line: ReplayLine?
        for step in steps {
            for name in definition.guards { interpreter.set(guard: name, to: true) }
            for answer in step.guards { interpreter.set(guard: answer.name, to: answer.isTrue) }
            if let failing = step.failing {
                interpreter.set(action: failing, failing: true)
                if definition.invariants.contains(failing) { interpreter.set(guard: failing, to: false) }
            }
            let lines = step.event.map { interpreter.fire(ReplayEvent($0)) } ?? interpreter.start()
            line = lines.first
            if let failing = step.failing {
                interpreter.set(action: failing, failing: false)
                interpreter.set(guard: failing, to: true)
            }
        }
        return line
    }

    @Test func `a path leads where it says, and no shorter one does`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for _ in 0..<400 {
            // An invariant with a guard's name would have to be true and false in one step.
            var definition = generator.definition([.guards, .actions, .parents, .finals, .fault, .always, .raise])
            definition.invariants = []
            var finder = PathFinder(definition)
            let paths = finder.paths()
            for path in paths {
                let line = replay(path.steps, definition)
                if path.isPassing {
                    // Entered and left again; or the machine was faulted on its way in, in an outer state.
                    let isEntered = line?.trace.contains("enter:\(path.state)") == true
                    let isFaulted = line?.state == path.state && line?.trace.last == "faulted"
                    #expect(isEntered || isFaulted, "\(path) \(definition)")
                } else {
                    #expect(line?.state == path.state, "\(path) \(definition)")
                }
            }
            // Every single step from the end of a path ends no more than a step further.
            let ends = paths.filter { path in
                !path.isPassing && path.steps.allSatisfy { $0.failing == nil }
            }
            let lengths = Dictionary(uniqueKeysWithValues: ends.map { ($0.state, $0.steps.count) })
            for path in ends {
                for event in definition.events {
                    let steps = path.steps + [PathStep(event: event)]
                    guard let line = replay(steps, definition), line.outcome != "faulted" else { continue }
                    #expect(lengths[line.state].map { $0 <= path.steps.count + 1 } == true, "\(line) \(definition)")
                }
            }
        }
    }

    @Test func `a tour takes every rule that can be taken`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        for _ in 0..<300 {
            let definition = generator.definition([.guards, .parents, .finals])
            var finder = PathFinder(definition)
            let states = finder.paths().map(\.state)
            var taken: Set<String> = []
            for run in finder.tour() {
                for length in run.indices.dropFirst() {
                    guard let before = replay(Array(run.prefix(length)), definition),
                        let after = replay(Array(run.prefix(length + 1)), definition)
                    else { continue }
                    guard after.outcome == "moved" || after.outcome == "stayed" else { continue }
                    taken.insert("\(before.state) \(run[length].event ?? "")")
                }
            }
            for (index, state) in definition.states.enumerated() where states.contains(state.name) {
                for event in definition.events {
                    // One rule that always answers must have been taken; guarded ones may never hold.
                    guard let first = definition.candidates(for: event, in: index).first, first.condition == nil,
                        case .take = first.answer
                    else { continue }
                    #expect(taken.contains("\(state.name) \(event)"), "\(definition)")
                }
            }
        }
    }

    @Test func `a state that only a failure leads to has a path with it, and one that nothing leads to has none`() {
        let definition = MachineDefinition(
            name: "m",
            initial: "a",
            events: ["go"],
            actions: ["work"],
            states: [
                StateDefinition(name: "a", on: [EventRules("go", [RuleDefinition(.move(to: "b"))])]),
                StateDefinition(
                    name: "b",
                    entry: ["work"],
                    on: [EventRules("fault", [RuleDefinition(.move(to: "c"))])]
                ),
                StateDefinition(name: "c", on: [EventRules("go", [RuleDefinition(.move(to: "d"))])]),
                StateDefinition(name: "d"),
                StateDefinition(name: "e"),
            ]
        )
        var finder = PathFinder(definition)
        let paths = finder.paths()
        #expect(paths.map(\.state) == ["a", "b", "c", "d"])
        #expect(paths[1].steps == [PathStep(), PathStep(event: "go")])
        #expect(paths[2].steps == [PathStep(), PathStep(event: "go", failing: "work")])
        #expect(paths[3].steps == [PathStep(), PathStep(event: "go", failing: "work"), PathStep(event: "go")])
        #expect(finder.tour() == [[PathStep(), PathStep(event: "go")]])
    }

    @Test func `a start that fails is a shorter path than an event that fails later`() {
        let definition = MachineDefinition(
            name: "m",
            initial: "a",
            events: ["go"],
            actions: ["prepare"],
            invariants: ["sane"],
            states: [
                StateDefinition(
                    name: "a",
                    entry: ["prepare"],
                    on: [
                        EventRules("go", [RuleDefinition(.stay)]),
                        EventRules("fault", [RuleDefinition(.move(to: "b"))]),
                    ]
                ),
                StateDefinition(name: "b", on: [EventRules("go", [RuleDefinition(.move(to: "c"))])]),
                StateDefinition(name: "c"),
            ]
        )
        var finder = PathFinder(definition)
        let failing = PathStep(failing: "prepare")
        #expect(finder.paths().map(\.steps) == [[PathStep()], [failing], [failing, PathStep(event: "go")]])
    }

    @Test func `the shortest of the ways on which one step fails is told`() {
        // s fails at once and is three events from the goal; e fails after five and is one from it.
        func state(_ name: String, _ event: String, _ target: String) -> StateDefinition {
            StateDefinition(name: name, on: [EventRules(event, [RuleDefinition(.move(to: target))])])
        }
        func failing(_ name: String, to target: String) -> StateDefinition {
            var state = state(name, "go", name == "s" ? "b" : "s")
            state.entry = ["work"]
            state.on.append(EventRules("fault", [RuleDefinition(.move(to: target))]))
            return state
        }
        let definition = MachineDefinition(
            name: "m",
            initial: "s",
            events: ["go"],
            actions: ["work"],
            states: [
                failing("s", to: "x"), state("b", "go", "c"), state("c", "go", "d"), state("d", "go", "e"),
                failing("e", to: "y"), state("x", "go", "x2"), state("x2", "go", "x3"), state("x3", "go", "goal"),
                state("y", "go", "goal"), StateDefinition(name: "goal"),
            ]
        )
        var finder = PathFinder(definition)
        let way = finder.paths().last
        #expect(way?.state == "goal")
        #expect(way?.steps.map(\.failing) == ["work", nil, nil, nil])
    }

    @Test func `a state in which the machine is faulted can be current`() {
        let definition = MachineDefinition(
            name: "m",
            initial: "a",
            events: ["go", "on"],
            states: [
                StateDefinition(name: "a", on: [EventRules("go", [RuleDefinition(.move(to: "b"), raise: ["on"])])]),
                StateDefinition(name: "b", on: [EventRules("on", [RuleDefinition(.reenter, raise: ["on"])])]),
            ]
        )
        var finder = PathFinder(definition)
        let way = finder.paths().last
        #expect(way?.state == "b")
        #expect(way?.steps == [PathStep(), PathStep(event: "go")])
        #expect(way?.isPassing == true)
    }

    @Test func `a guard that only a failure asks is tried both ways`() {
        let definition = MachineDefinition(
            name: "m",
            initial: "a",
            events: [],
            guards: ["g"],
            actions: ["prepare"],
            states: [
                StateDefinition(
                    name: "a",
                    entry: ["prepare"],
                    on: [
                        EventRules(
                            "fault",
                            [RuleDefinition(.move(to: "b"), if: .guard("g")), RuleDefinition(.move(to: "c"))]
                        )
                    ]
                ),
                StateDefinition(name: "b"), StateDefinition(name: "c"),
            ]
        )
        var finder = PathFinder(definition)
        #expect(finder.paths().map(\.state) == ["a", "b", "c"])
    }
}
