#if DEBUG
import Foundation
import StateMachines

/// Runs real code on real threads in every order that can make a difference, one thread at a time.
///
/// The code stops at each ``SchedulePoint``: before each access of an atomic word, and before a lock is taken. There the
/// explorer decides who goes on; who waits for a lock that is held is not asked. Each run starts afresh and follows the
/// decisions of the one before up to the last one that has an alternative, depth first, until none is left.
///
/// Two schedules that differ only in the order of accesses that do not conflict end alike, so one of them is enough.
/// Which alternatives are needed is found in the runs themselves: dynamic partial-order reduction (Flanagan and Godefroid,
/// POPL 2005) with source sets and sleep sets (Abdulla, Aronis, Jonsson and Sagonas, POPL 2014). ``Search/all`` is
/// therefore a proof for the given calls under sequential consistency, which is what the breaker's words ask for where
/// they are more than one. ``Search/preempting(_:)`` takes the running thread's turn away at most so many times a run and
/// needs more runs for the same races (Coons, Musuvathi and McKinley, OOPSLA 2013).
final class Explorer: @unchecked Sendable {
    // Unchecked: all of it belongs to the one thread that runs; a turn hands it over.

    /// What is looked at.
    enum Search: Equatable {
        case all
        /// All schedules with at most so many preemptive switches.
        case preempting(Int)
        /// Without any reduction: to see that the reduction loses nothing.
        case bluntly
    }

    /// One run: what each thread does, and what must hold when all are done.
    struct Play {
        var threads: [@Sendable () -> Void]
        /// Says what is wrong.
        var check: () throws -> String?

        init(_ threads: [@Sendable () -> Void], check: @escaping () throws -> String?) {
            self.threads = threads
            self.check = check
        }
    }

    /// A decision: who made the step of this number.
    struct Node {
        var chosen: Int
        /// Who could have.
        var enabled: ThreadSet
        /// Who must have, in one run or another.
        var wanted: ThreadSet
        /// Whose next step here leads only to what is known: tried, or as good as tried.
        var asleep: ThreadSet
        /// Before this step.
        var preemptions: Int
    }

    struct Step {
        var thread: Int
        var access: SharedAccess
        /// The lock that the thread gave back before its next step.
        var released: UInt?
        /// 1 for the thread's first step.
        var number = 0
        /// Which steps of each thread this one comes after by cause, itself included.
        var clock = Lanes.none
    }

    let search: Search
    /// What the system's clock tells the threads.
    let systemTime: Int64 = 1_000_000
    /// More steps than this and a run makes no progress.
    private static let longestRun = 5000

    var nodes: [Node] = []
    var steps: [Step] = []
    private var threads: [ScheduledThread] = []
    private var main: ScheduledThread?
    private var jobs: [@Sendable () -> Void] = []
    private var pending: [SharedAccess] = []
    private var alive = ThreadSet()
    private var asleep = ThreadSet()
    private var owners: [UInt: Int] = [:]
    private var current = 0
    private var isRedundant = false
    private var isOver = false

    /// Runs to the end that were not known to be like another one.
    private(set) var schedules = 0
    /// Runs that turned out to be.
    private(set) var redundant = 0
    private(set) var longest = 0
    /// What was wrong, with the schedule; the first one ends the search.
    private(set) var problem: String?
    private var failure: String?

    init(_ search: Search = .all) {
        self.search = search
    }

    /// Explores.
    ///
    /// - Parameters:
    ///   - limit: of runs; reaching it is a problem.
    ///   - make: makes what a run needs, the same each time.
    func explore(limit: Int = 100_000, _ make: () throws -> Play) rethrows {
        let main = ScheduledThread(self, nil)
        self.main = main
        var thrown: (any Error)?
        main.run {
            do { try runAll(limit, make) } catch { thrown = error }
        }
        isOver = true
        for thread in threads where failure == nil { thread.turn.give() }
        if let thrown { try { throw thrown }() }
    }

    private func runAll(_ limit: Int, _ make: () throws -> Play) throws {
        while true {
            let play = try make()
            let first = max(0, nodes.count - 1)
            run(play.threads)
            if let failure {
                problem = "\(failure)\n\(story)"
                return
            }
            if isRedundant { redundant += 1 } else { schedules += 1 }
            longest = max(longest, steps.count)
            if let wrong = try play.check() {
                problem = "\(wrong)\n\(story)"
                return
            }
            noteRaces(from: first)
            guard goBack() else { return }
            guard schedules + redundant < limit else {
                problem = "not done after \(limit) runs"
                return
            }
        }
    }

    private func run(_ jobs: [@Sendable () -> Void]) {
        self.jobs = jobs
        while threads.count < jobs.count { start() }
        pending = jobs.map { _ in .begin }
        alive = ThreadSet(all: jobs.count)
        asleep = ThreadSet()
        owners = [:]
        steps.removeAll(keepingCapacity: true)
        isRedundant = false
        current = 0
        guard let next = choose() else { return }
        threads[next].turn.give()
        main?.turn.wait()
    }

    private func start() {
        let index = threads.count
        let scheduled = ScheduledThread(self, index)
        threads.append(scheduled)
        let thread = Thread {
            scheduled.run {
                while true {
                    scheduled.turn.wait()
                    if self.isOver { return }
                    self.jobs[index]()
                    self.finish(index)
                }
            }
        }
        thread.start()
    }

    // MARK: What a thread calls while it runs

    /// Returns when the thread may make its access.
    func arrive(_ thread: Int, _ access: SharedAccess) {
        pending[thread] = access
        let next = choose()
        if next == thread { return }
        hand(to: next)
        threads[thread].turn.wait()
    }

    func unlock(_ word: UInt) {
        owners[word] = nil
        steps[steps.count - 1].released = word
    }

    private func finish(_ thread: Int) {
        alive.remove(thread)
        if alive.isEmpty { main?.turn.give() } else { hand(to: choose()) }
    }

    /// Without anybody the run is over, and its threads stay where they are.
    private func hand(to next: Int?) {
        (next.map { threads[$0] } ?? main)?.turn.give()
    }

    /// Decides who makes the next step; `nil` if nobody can or should.
    private func choose() -> Int? {
        var enabled = alive
        for thread in pending.indices where pending[thread].kind == .lock && owners[pending[thread].word] != nil {
            enabled.remove(thread)
        }
        guard !enabled.isEmpty else { return fail("a deadlock") }
        guard steps.count < Self.longestRun else { return fail("no progress") }
        let depth = steps.count
        let chosen: Int
        if depth < nodes.count {
            guard nodes[depth].enabled == enabled else { return fail("not the same as in the run before") }
            chosen = nodes[depth].chosen
            asleep = nodes[depth].asleep
        } else {
            chosen = decide(enabled)
        }
        let access = pending[chosen]
        steps.append(Step(thread: chosen, access: access))
        if access.kind == .lock { owners[access.word] = chosen }
        if case .all = search {} else { asleep = ThreadSet() }
        if !asleep.isEmpty {
            for thread in pending.indices where pending[thread].conflicts(with: access) { asleep.remove(thread) }
        }
        current = chosen
        return chosen
    }

    /// A decision that no run has made yet: whoever runs goes on, if that leads anywhere.
    private func decide(_ enabled: ThreadSet) -> Int {
        let awake = enabled - asleep
        let running = current
        guard !isRedundant, let first = awake.first else {
            isRedundant = true
            return enabled.contains(running) ? running : enabled.first ?? running
        }
        let chosen = awake.contains(running) ? running : first
        var preemptions = 0
        if let last = nodes.last {
            preemptions = last.preemptions + switches(to: last.chosen, at: nodes.count - 1)
        }
        nodes.append(
            Node(
                chosen: chosen,
                enabled: enabled,
                wanted: isBlunt ? enabled : ThreadSet(chosen),
                asleep: asleep,
                preemptions: preemptions
            )
        )
        return chosen
    }

    private var isBlunt: Bool { if case .bluntly = search { true } else { false } }

    /// 1 if a step takes the turn away from a thread that could go on.
    private func switches(to thread: Int, at depth: Int) -> Int {
        guard depth > 0 else { return 0 }
        let running = nodes[depth - 1].chosen
        return running != thread && nodes[depth].enabled.contains(running) ? 1 : 0
    }

    private func fail(_ what: String) -> Int? {
        failure = what
        return nil
    }

    // MARK: Between runs

    /// Takes the last decision that has an alternative; `false` if none has.
    private func goBack() -> Bool {
        while let last = nodes.indices.last {
            nodes[last].asleep.insert(nodes[last].chosen)
            var left = (nodes[last].wanted & nodes[last].enabled) - nodes[last].asleep
            if case .preempting(let most) = search {
                while let next = left.first, nodes[last].preemptions + switches(to: next, at: last) > most {
                    left.remove(next)
                }
            }
            if let next = left.first {
                nodes[last].chosen = next
                return true
            }
            nodes.removeLast()
        }
        return false
    }

    /// The steps of the last run: who touched what, and where.
    private var story: String {
        var lines: [String] = []
        for step in steps {
            let name = "\(step.access.file)".split(separator: "/").last ?? ""
            lines.append("  \(step.thread) \(step.access.kind) \(name):\(step.access.line)")
        }
        return lines.joined(separator: "\n")
    }
}
#endif
