import Synchronization

/// What the machines of one definition have been through: one bit a pair of state and event, two a guard.
///
/// - A **pair** is taken when an event was answered in a state by a rule or by an entry of `ignore`, `reject` or `defer`,
///   the state's own or inherited; an event that all guards refused, or that nobody answers, takes nothing. There is a bit
///   for each state in which a machine can be (the initial one and those that rules lead to) and each event that somebody
///   could answer there, `fault` too.
/// - A state's **eventless rules** are one pair more, taken when one of them was chosen there, and so is its **timeout**,
///   taken when its timer has fired.
/// - A **guard** has been seen true, false, both or neither, wherever it was called.
///
/// Any number of machines may mark the same coverage at once, so that the runs of a test suite add up:
/// ``MachineTable/watched(as:trace:coverage:)``. Bits are only ever set.
@safe
public final class MachineCoverage: Sendable {
    /// The definition whose pairs are counted.
    public let definition: MachineDefinition
    let program: MachineProgram
    /// Whether a machine can be in each state.
    private let canBeCurrent: [Bool]
    /// How many bits a state has: one an event, then eventless rules, then the timeout.
    private let columns: Int
    private let wordCount: Int
    /// Pairs, state by state, then true and false of each guard.
    ///
    /// Written by atomic operations only.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// A coverage of a table's definition in which nothing is taken.
    public convenience init<State, Event, Context>(of table: MachineTable<State, Event, Context>) {
        self.init(table.program)
    }

    /// A coverage of a definition in which nothing is taken.
    ///
    /// - Throws: ``MachineDefinitionError`` with all findings, if one of them is an error.
    public convenience init(of definition: MachineDefinition) throws(MachineDefinitionError) {
        let findings = definition.findings
        guard !findings.contains(where: { $0.severity == .error }) else {
            throw MachineDefinitionError(machine: definition.name, findings: findings, problems: [])
        }
        self.init(MachineProgram(checked: definition))
    }

    init(_ program: MachineProgram) {
        self.program = program
        definition = program.definition
        canBeCurrent = program.canBeCurrent
        columns = program.eventCount + 2
        wordCount = (definition.states.count * columns + definition.guards.count * 2 + 63) / 64
        unsafe words = .allocate(capacity: wordCount)
        for index in 0..<wordCount { unsafe (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe words.deinitialize(count: wordCount)
        unsafe words.deallocate()
    }

    // MARK: - Bits

    func bit(ofGuard number: Int, _ isTrue: Bool) -> Int {
        definition.states.count * columns + number * 2 + (isTrue ? 0 : 1)
    }

    func mark(_ bit: Int) {
        let mask: UInt64 = 1 << UInt64(bit % 64)
        // What is set already is only read, so that threads do not take the line from each other.
        guard unsafe words[bit / 64].load(ordering: .relaxed) & mask == 0 else { return }
        unsafe words[bit / 64].bitwiseOr(mask, ordering: .relaxed)
    }

    func mark(guard number: Int, _ isTrue: Bool) { mark(bit(ofGuard: number, isTrue)) }

    func isMarked(_ bit: Int) -> Bool {
        unsafe words[bit / 64].load(ordering: .relaxed) >> UInt64(bit % 64) & 1 == 1
    }

    // MARK: - Pairs

    /// What can be taken in a state.
    enum Pair: Hashable {
        case event(UInt8)
        case always
        case timeout
    }

    /// The bit of a pair.
    func bit(of pair: Pair, in state: UInt8) -> Int {
        let row = Int(state) * columns
        return switch pair {
        case .event(let event): row + Int(event)
        case .always: row + columns - 2
        case .timeout: row + columns - 1
        }
    }

    /// All that can be taken in a state, in the order of the definition's events, then eventless rules and timeout.
    func pairs(in state: UInt8) -> [Pair] {
        var pairs: [Pair] = []
        if canBeCurrent[Int(state)] {
            pairs = (0..<program.eventCount)
                .filter { program.head(of: UInt8($0), in: state) >= 0 }
                .map { .event(UInt8($0)) }
            if program.states[Int(state)].always >= 0 { pairs.append(.always) }
        }
        // A parent is timed as soon as one of its children is entered.
        if program.states[Int(state)].timeout != nil { pairs.append(.timeout) }
        return pairs
    }
}

extension MachineProgram {
    /// Whether a machine can be in each state: in the initial one, and in those that a rule leads to.
    fileprivate var canBeCurrent: [Bool] {
        var can = [Bool](repeating: false, count: states.count)
        can[Int(initial)] = true
        for choice in choices where choice.kind == .move { can[Int(choice.target)] = true }
        return can
    }
}
