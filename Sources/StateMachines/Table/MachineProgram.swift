/// A checked definition by numbers: what the engine runs.
///
/// One program a pair of state and event: a list of choices in the order of asking. Lists share their tails, because
/// what a child does not say its parent says: a definition of 256 states and 256 events compiles in as many steps as it
/// has rules and pairs, however deep it is. Which states a move leaves and enters is not stored but counted, from the
/// two states' lines of parents.
package final class MachineProgram: Sendable {
    /// The definition that the program was made from.
    package let definition: MachineDefinition
    /// The state in which a machine starts.
    package let initial: UInt8
    /// The number of the event `fault`; nil if no state says anything of it.
    package let fault: UInt8?

    let states: [StateProgram]
    let eventCount: Int
    /// The first choice of each pair, a row of `eventCount` for each state; -1 for a pair that nobody answers.
    let heads: [Int32]
    let choices: [Choice]
    let tests: [ConditionTest]
    /// Actions by number: those of the states and rules one behind the other.
    let actions: [Int32]
    /// Raised events, those of the rules one behind the other.
    let raises: [UInt8]
    /// Each state and its parents, innermost first, one state behind the other.
    let lines: [UInt8]
    /// What `unhandled` makes of an event that nobody answers.
    let unhandled: Choice.Kind

    /// Makes the program of a definition without errors.
    package convenience init(checked definition: MachineDefinition) {
        var compiler = ProgramCompiler(definition)
        self.init(compiler.compile(), of: definition)
    }

    private init(_ compiled: ProgramCompiler, of definition: MachineDefinition) {
        self.definition = definition
        initial = compiled.stateNumbers[definition.initial] ?? 0
        fault = compiled.eventNumbers[MachineDefinition.fault]
        states = compiled.states
        eventCount = compiled.eventNumbers.count
        heads = compiled.heads
        choices = compiled.choices
        tests = compiled.tests
        actions = compiled.actions
        raises = compiled.raises
        lines = compiled.lines
        unhandled = definition.unhandled == .ignore ? .ignore : .reject
    }

    /// The timeout of a state, itself and not its parents': the event that it fires, and after how long.
    package func timeout(of state: UInt8) -> (event: UInt8, milliseconds: Int64)? {
        states[Int(state)].timeout.map { ($0.event, $0.milliseconds) }
    }

    /// A state and its parents, innermost first.
    package func line(of state: UInt8) -> ArraySlice<UInt8> {
        let state = states[Int(state)]
        return lines[Int(state.line)..<Int(state.line) + Int(state.depth)]
    }

    /// Whether a state is another one or stands inside it: a bit test.
    package func isIn(_ state: UInt8, _ outer: UInt8) -> Bool {
        states[Int(state)].containers.contains(outer)
    }

    /// Whether the machine ends in a state.
    package func isFinal(_ state: UInt8) -> Bool {
        states[Int(state)].isFinal
    }

    /// Whether a `defer` could answer an event in a state, whatever the guards say: none without a guard stands before it.
    package func couldDefer(_ event: UInt8, in state: UInt8) -> Bool {
        let head = head(of: event, in: state)
        return head >= 0 && choices[Int(head)].couldDefer
    }

    /// The first choice of a pair, or -1.
    func head(of event: UInt8, in state: UInt8) -> Int32 {
        heads[Int(state) * eventCount + Int(event)]
    }

    /// The event that has a name; nil for none and for `fault`, which nobody can fire.
    package func event(named name: String) -> UInt8? {
        definition.events.firstIndex(of: name).map { UInt8($0) }
    }
}

/// What the engine knows of one state.
struct StateProgram: Sendable {
    struct Timeout: Sendable {
        var event: UInt8
        var milliseconds: Int64
    }

    /// The state and its parents: as a set for `isIn` and for what two states have in common.
    var containers = Containers()
    /// Where its line begins.
    var line: Int32 = 0
    /// How many states its line has: 1 for a state without a parent.
    var depth: Int32 = 1
    var isFinal = false
    var timeout: Timeout?
    var entry = ListPart()
    var exit = ListPart()
    /// The first eventless rule, its parents' included, or -1.
    var always: Int32 = -1
}

/// A part of one of the program's flat lists.
struct ListPart: Sendable {
    var start: Int32 = 0
    var count: Int32 = 0

    var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// Something that can answer, in the order of asking.
struct Choice: Sendable {
    enum Kind: UInt8, Sendable {
        case move
        case reenter
        case stay
        case ignore
        case reject
        case `defer`
    }

    var kind: Kind
    /// Where a move goes.
    var target: UInt8 = 0
    /// The state that owns the rule: a re-entry leaves from the current state out to it.
    var owner: UInt8
    /// The first test of its condition; -1 for none.
    var condition: Int32 = -1
    var actions = ListPart()
    var raises = ListPart()
    /// Who is asked next; -1 for nobody.
    var next: Int32 = -1
    /// Whether this is a `defer`, or one stands behind it with no unconditional answer between.
    var couldDefer = false
}

/// One guard of a condition, and where to go with its answer: to another test, or to -1 for true and -2 for false.
///
/// A condition is a chain of these, so that working it out from left to right and no further than needed takes neither
/// recursion nor reference counting.
struct ConditionTest: Sendable {
    static let isTrue: Int32 = -1
    static let isFalse: Int32 = -2

    var `guard`: Int32
    var ifTrue: Int32
    var ifFalse: Int32
}

/// A state and all that contain it, as a set.
struct Containers: Sendable, Hashable {
    private var words = SIMD4<UInt64>()

    func contains(_ state: UInt8) -> Bool {
        words[Int(state >> 6)] >> UInt64(state & 63) & 1 == 1
    }

    mutating func insert(_ state: UInt8) {
        words[Int(state >> 6)] |= 1 << UInt64(state & 63)
    }

    /// How many states two sets share.
    func common(with other: Containers) -> Int {
        let both = words & other.words
        return both[0].nonzeroBitCount + both[1].nonzeroBitCount + both[2].nonzeroBitCount + both[3].nonzeroBitCount
    }
}
