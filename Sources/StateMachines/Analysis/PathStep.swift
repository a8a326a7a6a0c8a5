/// One event on a way through a machine, and what must hold for it to lead where it leads.
package struct PathStep: Sendable, Hashable {
    /// A guard that is asked, and its answer.
    package struct Guard: Sendable, Hashable {
        package var name: String
        package var isTrue: Bool
    }

    /// The event; nil for the machine's start.
    package var event: String?
    /// The guards that are asked, in the order of asking; they keep their answers for the whole step.
    package var guards: [Guard] = []
    /// An action that must fail, or an invariant that must be false, on a way that only `fault` goes.
    package var failing: String?
}

/// What one step leads to.
struct PathEdge {
    var step: PathStep
    /// The current state afterwards.
    var target: Int
    /// States that were current on the way, in order.
    var passed: [Int]
    /// The rule that took the event, by its position among those that are asked; nil for a step that took nothing.
    var rule: Int?
    /// Actions that ran, and invariants that were asked.
    var failable: [String]
    var isFaulted: Bool
}

/// Answers guards as it is told, and true where it is not, and notes which were asked.
struct PathProbe: MachineHost {
    private let program: MachineProgram
    private(set) var answers: [PathStep.Guard]
    private(set) var passed: [UInt8] = []
    private(set) var failable: [String] = []
    private let failing: String?
    /// The innermost state entered since the last commit.
    private var entered: UInt8?

    init(_ program: MachineProgram, answers: [PathStep.Guard], failing: String?) {
        self.program = program
        self.answers = answers
        self.failing = failing
    }

    mutating func isTrue(guard number: Int) -> Bool {
        let name = program.definition.guards[number]
        if let known = answers.first(where: { $0.name == name }) { return known.isTrue }
        answers.append(PathStep.Guard(name: name, isTrue: true))
        return true
    }

    mutating func holds(invariant: Int) -> Bool {
        succeeds(program.definition.invariants[invariant])
    }

    mutating func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
        succeeds(program.definition.actions[action])
    }

    func keep(_ event: UInt8, isRaised: Bool) -> Bool { true }

    func armTimer(of state: UInt8) {}

    func endTimer(of state: UInt8) {}

    func endAllTimers() {}

    mutating func note(_ word: TraceWord) {
        switch word {
        case .commit: endEntry()
        case .enter(let state): entered = state
        // How far it would have gone is not known.
        case .fail: entered = nil
        default: break
        }
    }

    mutating func endEntry() {
        if let entered { passed.append(entered) }
        entered = nil
    }

    private mutating func succeeds(_ name: String) -> Bool {
        if !failable.contains(name) { failable.append(name) }
        return name != failing
    }
}
