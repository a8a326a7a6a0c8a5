/// Turns a checked definition into the lists of a ``MachineProgram``.
struct ProgramCompiler {
    let definition: MachineDefinition
    let stateNumbers: [String: UInt8]
    let eventNumbers: [String: UInt8]
    private let guardNumbers: [String: Int32]
    private let actionNumbers: [String: Int32]

    var states: [StateProgram]
    var heads: [Int32]
    var choices: [Choice] = []
    var tests: [ConditionTest] = []
    var actions: [Int32] = []
    var raises: [UInt8] = []
    var lines: [UInt8] = []

    init(_ definition: MachineDefinition) {
        self.definition = definition
        stateNumbers = Self.numbers(definition.states.map(\.name)) { UInt8(truncatingIfNeeded: $0) }
        eventNumbers = Self.numbers(definition.alphabet) { UInt8(truncatingIfNeeded: $0) }
        guardNumbers = Self.numbers(definition.guards) { Int32($0) }
        actionNumbers = Self.numbers(definition.actions) { Int32($0) }
        states = definition.states.map { _ in StateProgram() }
        heads = Array(repeating: -1, count: definition.states.count * eventNumbers.count)
    }

    private static func numbers<Number>(_ names: [String], _ number: (Int) -> Number) -> [String: Number] {
        Dictionary(names.enumerated().map { ($1, number($0)) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func compile() -> ProgramCompiler {
        for index in states.indices { place(index) }
        // Parents first: a child's lists end in its parent's.
        for index in states.indices.sorted(by: { states[$0].depth < states[$1].depth }) {
            describe(index)
            addChoices(of: index)
        }
        return self
    }

    /// Finds a state's parents.
    private mutating func place(_ index: Int) {
        states[index].line = Int32(lines.count)
        states[index].depth = 0
        var next: UInt8? = UInt8(index)
        while let state = next, !states[index].containers.contains(state) {
            states[index].containers.insert(state)
            states[index].depth += 1
            lines.append(state)
            next = definition.states[Int(state)].parent.flatMap { stateNumbers[$0] }
        }
    }

    private mutating func describe(_ index: Int) {
        let state = definition.states[index]
        states[index].isFinal = state.isFinal
        states[index].entry = list(of: state.entry)
        states[index].exit = list(of: state.exit)
        if let timeout = state.timeout, let event = eventNumbers[timeout.fires] {
            let (seconds, attoseconds) = timeout.after.components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
            states[index].timeout = StateProgram.Timeout(event: event, milliseconds: milliseconds)
        }
    }

    /// Puts a state's own answers before those of its parent; a final state inherits none.
    private mutating func addChoices(of index: Int) {
        let state = definition.states[index]
        let row = index * eventNumbers.count
        if !state.isFinal, states[index].depth > 1 {
            let parent = Int(lines[Int(states[index].line) + 1])
            states[index].always = states[parent].always
            for event in 0..<eventNumbers.count {
                heads[row + event] = heads[parent * eventNumbers.count + event]
            }
        }
        // From the last to the first, because each is put before what is there.
        for (name, answer) in state.ownAnswers.reversed() {
            guard let event = eventNumbers[name] else { continue }
            let choice = choice(answer, owner: UInt8(index), next: heads[row + Int(event)])
            heads[row + Int(event)] = Int32(choices.count)
            choices.append(choice)
        }
        for rule in state.ownAlways.reversed() {
            let choice = choice(.take(rule), owner: UInt8(index), next: states[index].always)
            states[index].always = Int32(choices.count)
            choices.append(choice)
        }
    }

    private mutating func choice(
        _ answer: MachineDefinition.Candidate.Answer,
        owner: UInt8,
        next: Int32
    ) -> Choice {
        var choice = Choice(kind: .reject, owner: owner, next: next)
        switch answer {
        case .take(let rule):
            switch rule.answer {
            case .move(let target):
                choice.kind = .move
                choice.target = stateNumbers[target] ?? owner
            case .reenter: choice.kind = .reenter
            case .stay: choice.kind = .stay
            }
            if let condition = rule.condition {
                choice.condition = test(condition, ConditionTest.isTrue, ConditionTest.isFalse)
                choice.couldDefer = next >= 0 && choices[Int(next)].couldDefer
            }
            choice.actions = list(of: rule.actions)
            choice.raises.start = Int32(raises.count)
            raises += rule.raises.compactMap { eventNumbers[$0] }
            choice.raises.count = Int32(raises.count) - choice.raises.start
        case .ignore: choice.kind = .ignore
        case .reject: break
        case .defer:
            choice.kind = .defer
            choice.couldDefer = true
        }
        return choice
    }

    private mutating func list(of names: [String]) -> ListPart {
        let start = Int32(actions.count)
        actions += names.compactMap { actionNumbers[$0] }
        return ListPart(start: start, count: Int32(actions.count) - start)
    }

    /// Adds a condition's tests, the last first, and tells where it begins.
    private mutating func test(_ condition: ConditionDefinition, _ ifTrue: Int32, _ ifFalse: Int32) -> Int32 {
        switch condition {
        case .guard(let name):
            tests.append(ConditionTest(guard: guardNumbers[name] ?? 0, ifTrue: ifTrue, ifFalse: ifFalse))
            return Int32(tests.count - 1)
        case .all(let parts): return parts.reversed().reduce(ifTrue) { test($1, $0, ifFalse) }
        case .any(let parts): return parts.reversed().reduce(ifFalse) { test($1, ifTrue, $0) }
        case .not(let part): return test(part, ifFalse, ifTrue)
        }
    }
}
