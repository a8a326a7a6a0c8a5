@testable import StateMachines

/// The model of a shared word: every access of every thread is one step, and the test says whose is next.
///
/// The real firing code runs, not a copy of it. It cannot be stopped halfway, so each step runs a call again from its
/// start: what its accesses found so far is played back, the first access behind that is the one wanted, and whatever
/// comes later is thrown away. That is sound, because a call is a function of its event, its context and what it found.
struct Exploration<State: NumberedSymbol, Event: NumberedSymbol, Context: Hashable & Sendable> {
    /// An access to the word.
    enum Access: Hashable {
        case read
        case replace(UInt64, with: UInt64)
    }

    /// What an access found.
    struct Found: Hashable {
        var won: Bool
        var word: UInt64
    }

    /// One thread: the events it fires, one after the other.
    struct Thread: Hashable {
        var events: [Event]
        var context: Context
        /// What the call at hand has found so far.
        var found: [Found] = []
    }

    /// Everything at one moment.
    struct Moment: Hashable {
        var word: UInt64
        var threads: [Thread]
    }

    /// What a call did last, and what it told.
    struct Told {
        var event: Event
        var before: Context
        var after: Context
        var last: Found
        var outcome: MachineOutcome<State>
    }

    let table: MachineTable<State, Event, Context>
    /// A word that lets every replacement win, to see that a lost update is noticed.
    var isBlind = false
    /// Looks at each call that is done.
    let check: (Told) -> String?

    private(set) var moments = 0
    private(set) var problems: Set<String> = []
    private var seen: Set<Moment> = []

    init(
        _ table: MachineTable<State, Event, Context>,
        isBlind: Bool = false,
        check: @escaping (Told) -> String?
    ) {
        self.table = table
        self.isBlind = isBlind
        self.check = check
    }

    /// Follows every order of the threads' accesses from here; moments that were met before are not followed again.
    mutating func explore(_ moment: Moment) {
        var open = [moment]
        while let moment = open.popLast() {
            guard seen.insert(moment).inserted else { continue }
            moments += 1
            for thread in moment.threads.indices where !moment.threads[thread].events.isEmpty {
                open.append(step(thread, moment))
            }
        }
    }

    /// The moment after one access of a thread, and all that the thread does behind it without another one.
    private mutating func step(_ index: Int, _ moment: Moment) -> Moment {
        var moment = moment
        var thread = moment.threads[index]
        guard let access = call(thread).next else { return moment }
        let found: Found
        switch access {
        case .read: found = Found(won: false, word: moment.word)
        case .replace(let expected, let desired):
            found = Found(won: moment.word == expected || isBlind, word: moment.word)
            if found.won { moment.word = desired }
        }
        thread.found.append(found)
        let (next, outcome, after) = call(thread)
        if next == nil {
            let event = thread.events.removeFirst()
            let told = Told(event: event, before: thread.context, after: after, last: found, outcome: outcome)
            if let problem = check(told) { problems.insert(problem) }
            thread.context = after
            thread.found = []
        }
        moment.threads[index] = thread
        return moment
    }

    /// Runs a thread's call on what it found so far.
    private func call(_ thread: Thread) -> (next: Access?, outcome: MachineOutcome<State>, context: Context) {
        let word = PlayedWord(thread.found)
        var context = thread.context
        let outcome = SharedFiring.fire(thread.events[0], &context, table, word)
        return (word.next, outcome, context)
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
