package import StateMachines

/// Guards and actions that do what a script says, and the words of the steps.
package struct ScriptedCalls: MachineHost {
    private let program: MachineProgram
    private var falseGuards: Set<Int> = []
    private var falseInvariants: Set<Int> = []
    private var failingActions: Set<Int> = []
    private var trace: [String] = []
    /// Events that actions raise whenever they run, by the action's number; a replay knows none.
    package var raisedByActions: [Int: [UInt8]] = [:]

    package init(_ program: MachineProgram) {
        self.program = program
    }

    /// Says what a guard or an invariant answers; a name may be both.
    package mutating func set(guard name: String, to value: Bool) {
        let definition = program.definition
        if let number = definition.guards.firstIndex(of: name) { set(number, in: \.falseGuards, to: !value) }
        if let number = definition.invariants.firstIndex(of: name) { set(number, in: \.falseInvariants, to: !value) }
    }

    /// Says whether an action fails.
    package mutating func set(action name: String, failing: Bool) {
        guard let number = program.definition.actions.firstIndex(of: name) else { return }
        set(number, in: \.failingActions, to: failing)
    }

    private mutating func set(_ number: Int, in path: WritableKeyPath<Self, Set<Int>>, to isMember: Bool) {
        if isMember { self[keyPath: path].insert(number) } else { self[keyPath: path].remove(number) }
    }

    /// The words since the last call.
    package mutating func takeTrace() -> [String] {
        defer { trace = [] }
        return trace
    }

    package func isTrue(guard number: Int) -> Bool { !falseGuards.contains(number) }

    package func holds(invariant: Int) -> Bool { !falseInvariants.contains(invariant) }

    package func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
        guard !failingActions.contains(action) else { return false }
        for event in raisedByActions[action] ?? [] { raised.append(event) }
        return true
    }

    package mutating func note(_ word: TraceWord) { trace.append(program.text(word)) }

    // Timers and deferral are the loop's.
    package func keep(_ event: UInt8, isRaised: Bool) -> Bool { false }
    package func armTimer(of state: UInt8) {}
    package func endTimer(of state: UInt8) {}
    package func endAllTimers() {}
}
