@testable import StateMachines

/// The model of a shared word: every access of a thread to it is one step, and every order of the threads' steps is
/// followed, whatever calls the threads make.
///
/// The real firing code runs, not a copy of it. It cannot be stopped halfway, so each step runs a call again from its
/// start: what its accesses found so far is played back, the first access behind that is the one wanted, and whatever
/// comes later is thrown away. That is sound, because a call is a function of its event, its context and what it found.
///
/// What is the same is followed once. Threads are alike, so it does not matter which is which. Sequences are counted
/// from the one that the word has now, so those before it stand at the upper end, as they do in a machine whose sequence
/// overflows. And what a step does depends on the word and its own thread alone: it is worked out once for the two.
struct Exploration {
    typealias Table = MachineTable<StateNumber, EventNumber, Surroundings>

    /// An access to the word.
    private enum Access: Equatable {
        case read
        case replace(UInt64, with: UInt64)
    }

    /// What an access found.
    private struct Found: Hashable {
        var won: Bool
        var word: UInt64
    }

    /// A call that a thread may make.
    struct Call: Sendable {
        var event: EventNumber
        var surroundings = Surroundings()
        /// Whether it asks for the sequence that its thread was told last.
        var isConditional = false
    }

    /// One step: an access, and what the thread does behind it without another one.
    struct Told {
        var call: Call
        /// The sequence that the call asked for.
        var expected: UInt32?
        /// The word before the access, and behind it.
        var before: MachineWord
        var after: MachineWord
        /// What the caller is told; nil if the call goes on.
        var outcome: MachineOutcome<StateNumber>?
        /// What the actions did.
        var words: [String]
    }

    private struct Thread: Hashable {
        /// How many calls it has to end.
        var left: Int
        /// The sequence that it was told last; 0 where no call asks for one.
        var sequence: UInt32 = 0
        /// The call at hand; nil in front of its first access.
        var call: Int?
        /// What the call at hand has found so far.
        var found: [Found] = []

        /// Counts sequences from one further on.
        mutating func rebase(_ sequence: UInt32, keepsTold: Bool) {
            if !keepsTold { self.sequence &-= sequence }
            for index in found.indices { found[index].word &-= UInt64(sequence) << 32 }
        }
    }

    /// A word and a thread, by number.
    private struct Pair: Hashable {
        var word: UInt64
        var thread: Int
        /// How many commits the step made that led here; they are counted from behind it.
        var commits: UInt32 = 0
    }

    /// Everything at one moment; the threads' numbers in order, 21 bits each.
    private struct Moment: Hashable {
        var word: UInt64
        var threads: UInt64

        init(word: UInt64, _ first: Int, _ second: Int, _ third: Int) {
            let least = min(first, second, third)
            let most = max(first, second, third)
            let middle = first + second + third - least - most
            precondition(most < 1 << 21, "\(most) threads")
            self.word = word
            threads = UInt64(least) | UInt64(middle) << 21 | UInt64(most) << 42
        }

        func thread(_ index: Int) -> Int { Int(threads >> UInt64(21 * index) & 0x1F_FFFF) }
    }

    /// More moments than this are too many for a test run.
    private static let most = 3_000_000

    private let table: Table
    private let calls: [Call]
    private let isSequenceAsked: Bool
    /// A word that lets every replacement win, to see that a lost update is noticed.
    private let isBlind: Bool
    /// Looks at each step.
    private let check: (Told) -> String?

    private(set) var moments = 0
    private(set) var problems: Set<String> = []
    private var threads: [Thread] = []
    private var numbers: [Thread: Int] = [:]
    private var steps: [Pair: [Pair]] = [:]

    init(
        _ table: Table,
        _ calls: [Call],
        isBlind: Bool = false,
        check: @escaping (Told) -> String?
    ) {
        self.table = table
        self.calls = calls
        isSequenceAsked = calls.contains(where: \.isConditional)
        self.isBlind = isBlind
        self.check = check
    }

    /// Follows every order of the accesses of three threads that make so many calls each, any of those that there are.
    mutating func explore(callsEach: Int = 3) {
        let start = number(Thread(left: callsEach))
        let word = MachineWord(version: table.definition.version, state: table.program.initial)
        var open = [Moment(word: word.bits, start, start, start)]
        var seen = Set(open)
        while let moment = open.popLast() {
            moments += 1
            if moments == Self.most {
                problems.insert("not done after \(moments) moments")
                return
            }
            for index in 0..<3 where index == 0 || moment.thread(index) != moment.thread(index - 1) {
                let (second, third) = (moment.thread((index + 1) % 3), moment.thread((index + 2) % 3))
                for next in steps(from: Pair(word: moment.word, thread: moment.thread(index))) {
                    let (second, third) = (rebased(second, next.commits), rebased(third, next.commits))
                    let after = Moment(word: next.word, next.thread, second, third)
                    if seen.insert(after).inserted { open.append(after) }
                }
            }
        }
    }

    private mutating func number(_ thread: Thread) -> Int {
        if let known = numbers[thread] { return known }
        numbers[thread] = threads.count
        threads.append(thread)
        return threads.count - 1
    }

    private mutating func rebased(_ thread: Int, _ commits: UInt32) -> Int {
        guard commits != 0 else { return thread }
        var rebased = threads[thread]
        rebased.rebase(commits, keepsTold: !isSequenceAsked)
        return number(rebased)
    }

    /// What can come of a thread's next access: one thing, or one for each call that it may begin.
    private mutating func steps(from pair: Pair) -> [Pair] {
        if let known = steps[pair] { return known }
        let thread = threads[pair.thread]
        var ends: [Pair] = []
        if thread.call != nil {
            ends = [step(thread, pair.word)]
        } else if thread.left > 0 {
            for call in calls.indices {
                var beginning = thread
                beginning.call = call
                ends.append(step(beginning, pair.word))
            }
        }
        steps[pair] = ends
        return ends
    }

    private mutating func step(_ before: Thread, _ word: UInt64) -> Pair {
        guard let number = before.call else { return Pair(word: word, thread: self.number(before)) }
        var (thread, after) = (before, word)
        switch run(thread, calls[number]).next {
        case .read, nil: thread.found.append(Found(won: false, word: word))
        case .replace(let expected, let desired):
            let won = word == expected || isBlind
            if won { after = desired }
            thread.found.append(Found(won: won, word: word))
        }
        let (next, outcome, words) = run(thread, calls[number])
        let told = Told(
            call: calls[number],
            expected: calls[number].isConditional ? thread.sequence : nil,
            before: MachineWord(bits: word),
            after: MachineWord(bits: after),
            outcome: next == nil ? outcome : nil,
            words: next == nil ? words : []
        )
        if let problem = check(told) { problems.insert(problem) }
        if next == nil {
            thread = Thread(left: thread.left - 1, sequence: isSequenceAsked ? outcome.sequence : 0)
        }
        thread.rebase(told.after.sequence, keepsTold: !isSequenceAsked)
        let commits = told.after.sequence
        return Pair(word: after &- UInt64(commits) << 32, thread: self.number(thread), commits: commits)
    }

    /// Runs a thread's call on what it found so far.
    private func run(
        _ thread: Thread,
        _ call: Call
    ) -> (next: Access?, outcome: MachineOutcome<StateNumber>, words: [String]) {
        let word = PlayedWord(thread.found)
        var context = call.surroundings
        let outcome =
            call.isConditional
            ? SharedFiring.fire(call.event, &context, table, table.lookup, word, ifSequence: thread.sequence)
            : SharedFiring.fire(call.event, &context, table, table.lookup, word)
        return (word.next, outcome, context.words)
    }

    /// A word that plays back what was found, notes the first access behind that, and lets the call end soon.
    private final class PlayedWord: SharedWord {
        private var found: ArraySlice<Found>
        private(set) var next: Access?

        init(_ found: [Found]) {
            self.found = found[...]
        }

        func read() -> UInt64 {
            if let known = found.popFirst() { return known.word }
            if next == nil { next = .read }
            // A faulted machine asks nothing.
            return 1 << 15
        }

        func replace(_ expected: UInt64, with desired: UInt64) -> (won: Bool, found: UInt64) {
            if let known = found.popFirst() { return (known.won, known.word) }
            if next == nil { next = .replace(expected, with: desired) }
            return (true, expected)
        }
    }
}
