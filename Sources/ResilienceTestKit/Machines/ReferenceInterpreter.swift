public import StateMachines

/// The semantics of machines, written to be read and not to be fast: it walks a definition by names and looks
/// everything up anew.
///
/// It shares no code with the engine, so that the two can be compared: what they say differently, one of them says
/// wrongly. It has the life, the timers, the deferral, the tokens and the versions of a machine with a queue, on a
/// virtual clock.
///
/// ```swift
/// var interpreter = ReferenceInterpreter(definition)
/// for line in script.run(on: &interpreter) { print(line) }
/// ```
public struct ReferenceInterpreter: Sendable {
    /// A machine's life; draining takes no time here, so nobody sees it.
    enum Life: String {
        case created, running, paused, stopped
    }

    /// What an armed timer still waits for.
    struct Timer {
        var state: String
        var event: String
        var left: Int64
    }

    /// An event taken with a token, and what was said of it.
    struct Taken {
        var event: String
        var token: String
        var outcome: String
    }

    /// How many microsteps a macrostep may take, raised events may wait, and recalls may run in a row.
    static let limit = 64
    /// How many deferred events may wait.
    static let deferralLimit = 16

    /// What is interpreted; without errors.
    public let definition: MachineDefinition
    /// How many events a paused machine queues.
    public let queueLimit: Int
    /// How many events taken with a token are remembered.
    public let tokenLimit: Int
    /// Events that actions raise whenever they run, by the action's name; a replay knows none.
    public var raisedByActions: [String: [String]] = [:]

    // What a snapshot would carry.
    var state: String
    var sequence = 0
    var isFaulted = false
    /// In the order in which they were armed.
    var timers: [Timer] = []
    var deferred: [String] = []
    var taken: [Taken] = []
    var lastVersion: Int64?

    var life = Life.created
    var queue: [ReplayEvent] = []

    // What the surroundings answer.
    var falseGuards: Set<String> = []
    var failingActions: Set<String> = []

    // One macrostep's work.
    var trace: [String] = []
    var microsteps = 0
    var raised: [String] = []
    var isFaultDue = false
    /// Whether an event was raised for which there was no room.
    var isOverfull = false
    // What a trace and a coverage of the engine must say; no line has a duration.
    package internal(set) var traced: [MachineTraceLine] = []
    package internal(set) var covered: MachineCoverage.Record
    /// Where the words of the last line begin.
    var firstWord = 0
    /// The guards asked in this microstep.
    var answers: [String: Bool] = [:]

    /// Creates a machine that has not started.
    ///
    /// - Parameters:
    ///   - definition: what to interpret; it must have no errors.
    ///   - queueLimit: how many events a paused machine queues.
    ///   - tokenLimit: how many events taken with a token are remembered.
    public init(_ definition: MachineDefinition, queueLimit: Int = 256, tokenLimit: Int = 16) {
        self.definition = definition
        self.queueLimit = queueLimit
        self.tokenLimit = tokenLimit
        state = definition.initial
        covered = MachineCoverage.Record(machine: definition.name, version: definition.version)
    }

    /// The definition of a state.
    func find(_ name: String) -> StateDefinition {
        guard let state = definition.states.first(where: { $0.name == name }) else {
            preconditionFailure("the definition has no state \(name): it was not checked")
        }
        return state
    }

    /// A state and its parents, from the state outwards.
    func chain(_ name: String) -> [StateDefinition] {
        var chain = [find(name)]
        while let parent = chain.last?.parent { chain.append(find(parent)) }
        return chain
    }

    var current: StateDefinition { find(state) }
}
