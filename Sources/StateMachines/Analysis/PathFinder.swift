/// Ways through a machine: the shortest to each state, and a tour over all rules that take an event.
///
/// Whole steps are run on the engine, under every combination of the guards that they ask. Each guard keeps its answer
/// for a step. Timers are events like others here, and a deferred event is not run later: what it would do, it does as
/// well when it is fired later.
package struct PathFinder {
    /// The most combinations of guards that are tried for one event in one state.
    package static let combinationLimit = 4096

    /// A way to a state.
    package struct Path: Sendable, Hashable {
        /// The state.
        package var state: String
        /// The steps from the start, which is the first.
        package var steps: [PathStep]
        /// Whether the last step only passes through the state and does not end in it, or leaves the machine faulted.
        package var isPassing: Bool
    }

    private struct Origin {
        var state: Int?
        var step: PathStep
    }

    let definition: MachineDefinition
    private let program: MachineProgram
    private var known: [Int: [PathEdge]] = [:]

    /// Prepares to look.
    ///
    /// - Parameter definition: without errors.
    package init(_ definition: MachineDefinition) {
        self.definition = definition
        program = MachineProgram(checked: definition)
    }

    /// The shortest way to each state that can be current, in the order of the definition.
    ///
    /// Among equally short ones the first in the order of states and events, with as few false guards as can be; one
    /// on which something fails only where there is no other, and then with as few steps that fail as can be.
    package mutating func paths() -> [Path] {
        var origins: [Int: Origin] = [:]
        var passing: [Int: Origin] = [:]
        var faulting: [Int: Origin] = [:]
        func take(_ edges: [PathEdge], from state: Int?, _ next: inout [Int]) {
            for edge in edges {
                let origin = Origin(state: state, step: edge.step)
                guard !edge.isFaulted else {
                    for state in edge.passed + [edge.target] where faulting[state] == nil { faulting[state] = origin }
                    continue
                }
                for state in edge.passed where passing[state] == nil { passing[state] = origin }
                guard origins[edge.target] == nil else { continue }
                origins[edge.target] = origin
                next.append(edge.target)
            }
        }
        // The states reached, by the number of events; a round for each step that fails.
        var reached: [[Int]] = []
        var isDone = false
        while !isDone {
            var found: [[Int]] = [[]]
            take(reached.isEmpty ? starts : failingEdges(from: nil), from: nil, &found[0])
            var length = 0
            while length < reached.count || !found[length].isEmpty {
                var next: [Int] = []
                for state in found[length] { take(edges(from: state), from: state, &next) }
                let before = length < reached.count ? reached[length] : []
                for state in before { take(failingEdges(from: state), from: state, &next) }
                found.append(next)
                length += 1
            }
            isDone = program.fault == nil || found.allSatisfy(\.isEmpty)
            reached = found.indices.map { ($0 < reached.count ? reached[$0] : []) + found[$0] }
        }
        return definition.states.indices.compactMap { state in
            guard let last = origins[state] ?? passing[state] ?? faulting[state] else { return nil }
            var steps = [last.step]
            var at = last.state
            while let here = at, let origin = origins[here] {
                steps.append(origin.step)
                at = origin.state
            }
            let name = definition.states[state].name
            return Path(state: name, steps: steps.reversed(), isPassing: origins[state] == nil)
        }
    }

    /// What the start leads to.
    var starts: [PathEdge] { explore(nil, in: Int(program.initial)) }

    /// What each event leads to in a state, without failures.
    mutating func edges(from state: Int) -> [PathEdge] {
        if let edges = known[state] { return edges }
        let edges = definition.events.indices.flatMap { explore(UInt8($0), in: state) }
        known[state] = edges
        return edges
    }

    /// What each event leads to in a state when one action fails or one invariant is false; nil: what the start does.
    mutating func failingEdges(from state: Int?) -> [PathEdge] {
        let here = state ?? Int(program.initial)
        var tried: Set<PathStep> = []
        var result: [PathEdge] = []
        for edge in state.map({ edges(from: $0) }) ?? starts {
            for name in edge.failable where tried.insert(PathStep(event: edge.step.event, failing: name)).inserted {
                // The failure may ask other guards than the event alone.
                result += explore(edge.step.event.flatMap { program.event(named: $0) }, in: here, failing: name)
            }
        }
        return result
    }

    /// Runs an event under all combinations of the guards that it asks, those with few false ones first.
    private func explore(_ event: UInt8?, in state: Int, failing: String? = nil) -> [PathEdge] {
        var edges: [PathEdge] = []
        var open: [[PathStep.Guard]] = [[]]
        while let answers = open.popLast(), edges.count < Self.combinationLimit {
            let edge = run(event, in: state, answers, failing: failing)
            let asked = edge.step.guards
            for index in answers.count..<max(answers.count, asked.count) {
                var other = Array(asked.prefix(index + 1))
                other[index].isTrue = false
                open.append(other)
            }
            edges.append(edge)
        }
        func count(_ edge: PathEdge) -> Int { edge.step.guards.count { !$0.isTrue } }
        return edges.enumerated()
            .sorted { (count($0.element), $0.offset) < (count($1.element), $1.offset) }
            .map(\.element)
    }

    private func run(_ event: UInt8?, in state: Int, _ answers: [PathStep.Guard], failing: String?) -> PathEdge {
        var probe = PathProbe(program, answers: answers, failing: failing)
        var position = MachinePosition(state: UInt8(state))
        var answer = StepAnswer(.moved)
        if let event {
            answer = program.step(event, at: &position, host: &probe)
        } else {
            program.start(at: &position, host: &probe)
        }
        probe.endEntry()
        let takes = event != nil && answer.kind == .moved || answer.kind == .stayed
        let step = PathStep(event: event.map { program.eventName($0) }, guards: probe.answers, failing: failing)
        return PathEdge(
            step: step,
            target: Int(position.state),
            passed: probe.passed.map { Int($0) },
            rule: takes ? rule(of: step, in: state) : nil,
            failable: probe.failable,
            isFaulted: position.isFaulted
        )
    }

    /// Which of the rules that are asked for an event is the first that holds.
    private func rule(of step: PathStep, in state: Int) -> Int? {
        definition.candidates(for: step.event ?? "", in: state)
            .firstIndex { candidate in
                candidate.condition?
                    .holds { name in step.guards.first { $0.name == name }?.isTrue ?? true } ?? true
            }
    }
}
