/// What a machine with a life, timers, deferral and tokens decides, on a clock that its caller reads.
///
/// It has no queue, no lock and no task: ``next(at:isQueueEmpty:)`` says what is to be done, and its caller does it with
/// ``recall()``, ``fireTimer(at:)``, ``take(_:)`` or ``stop()``, one macrostep each. So the loop that runs in a task and
/// a replay on a virtual clock are the same machine.
package struct MachineLoopCore<Calls: MachineHost> {
    /// What is to be done next.
    package enum Next: Sendable, Hashable {
        /// Run the oldest deferred event that the state does not defer any more.
        case recall
        /// Fire the timer that is due.
        case timer
        /// Take the oldest event out of the queue and run it.
        case event
        /// Nothing is left, or no time: stop.
        case stop
        /// Nothing, until something comes or the clock has reached this time.
        case wait(until: Int64?)
    }

    /// How many deferred events run in a row after one event from outside.
    package static var recallLimit: Int { 64 }

    package let program: MachineProgram
    package private(set) var life = MachineLife.created

    // What a snapshot carries: here, and timers and deferred events in `host`.
    package private(set) var position: MachinePosition
    private(set) var tokens: TokenRing
    private(set) var lastVersion: Int64?
    private(set) var host: LoopHost<Calls>

    /// When draining ends, whatever is left.
    private var drainDeadline: Int64 = 0
    /// How many deferred events have run since the last event from outside.
    private var recalls = 0

    /// Creates a machine that has not started.
    ///
    /// - Parameters:
    ///   - program: the compiled definition.
    ///   - calls: who calls guards and actions; of a host's members for timers and deferral none is used.
    ///   - tokenLimit: how many events taken with a token are remembered.
    package init(_ program: MachineProgram, calls: Calls, tokenLimit: Int) {
        self.program = program
        position = MachinePosition(state: program.initial)
        tokens = TokenRing(limit: tokenLimit)
        host = LoopHost(program, calls: calls)
    }

    /// Who calls guards and actions.
    package var calls: Calls {
        _read { yield host.calls }
        _modify { yield &host.calls }
    }

    /// When the next timer is due; nil if none goes.
    package var nextDeadline: Int64? { host.timers.nextDeadline }

    /// Whether ``next(at:isQueueEmpty:)`` looks at the time.
    var needsTime: Bool { !host.timers.isEmpty || life == .draining }

    private var areTimersGoing: Bool { life == .running && !position.isFaulted }

    /// Lets timers that were armed since the last call begin to go now; those of a machine that has become faulted stand
    /// from now on.
    package mutating func keepTime(at now: Int64) {
        if areTimersGoing { host.timers.go(at: now) } else { host.timers.stand(at: now) }
    }

    /// Says what is to be done.
    ///
    /// Keeps the time as ``keepTime(at:)`` does.
    package mutating func next(at now: Int64, isQueueEmpty: Bool) -> Next {
        keepTime(at: now)
        switch life {
        case .created, .paused, .stopped: return .wait(until: nil)
        case .running:
            if isRecallDue { return .recall }
            if let deadline = nextDeadline, deadline <= now { return .timer }
            return isQueueEmpty ? .wait(until: nextDeadline) : .event
        case .draining:
            if drainDeadline <= now { return .stop }
            if isRecallDue { return .recall }
            return isQueueEmpty ? .stop : .event
        }
    }

    private var isRecallDue: Bool { !position.isFaulted && !host.deferred.isEmpty && firstRecall != nil }

    private var firstRecall: Int? {
        host.deferred.firstIndex { !program.couldDefer($0, in: position.state) }
    }

    /// Runs an event from the queue.
    ///
    /// Asked in this order, before any guard: faulted, token, version, sequence; life was asked when it was queued.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - prepare: what is done right before the event is looked up; not for one that is refused here.
    /// - Returns: the answer to the event.
    package mutating func take(
        _ event: borrowing LoopEvent,
        preparing prepare: (@Sendable () -> Void)? = nil
    ) -> LoopAnswer {
        recalls = 0
        if position.isFaulted { return refuse(event, .faulted) }
        if let token = event.token, let outcome = tokens.outcome(of: event.event, token: token) {
            return refuse(event, .duplicate, was: outcome)
        }
        if let version = event.version, let lastVersion, version <= lastVersion { return refuse(event, .stale) }
        if let expected = event.ifSequence, expected != position.sequence & 0xFFFF_FFFF {
            return refuse(event, .conflict)
        }
        prepare?()
        host.begin(.event(event.event, token: event.token), at: position)
        let answer = step(event.event)
        if event.token != nil || event.version != nil, Self.keeps(answer.step.kind) {
            if let version = event.version { lastVersion = version }
            if let token = event.token {
                tokens.insert(TokenRing.Entry(event: event.event, token: token, outcome: answer.step.kind))
            }
        }
        return answer
    }

    /// Whether an event's token and version are kept.
    ///
    /// A machine that was faulted before has refused; here `faulted` is said of an event that moved or stayed.
    private static func keeps(_ kind: MachineOutcomeKind) -> Bool {
        switch kind {
        case .moved, .stayed, .ignored, .deferred, .faulted: true
        case .rejected, .failed, .full, .duplicate, .stale, .conflict, .notRunning: false
        }
    }

    /// Spends the timer that is due and fires its event.
    ///
    /// - Returns: nil if none is due.
    package mutating func fireTimer(at now: Int64) -> LoopAnswer? {
        guard areTimersGoing, let timer = host.timers.popDue(at: now) else { return nil }
        recalls = 0
        host.begin(.timeout(timer.event, of: timer.state), at: position)
        host.note(.timeout(timer.event))
        return step(timer.event)
    }

    /// Runs the oldest deferred event that the state does not defer any more.
    ///
    /// - Returns: nil if there is none.
    package mutating func recall() -> LoopAnswer? {
        guard isRecallDue, let index = firstRecall else { return nil }
        let event = host.deferred.remove(at: index)
        host.begin(.recall(event), at: position)
        host.note(.recall(event))
        recalls += 1
        return step(event, isBeyondLimit: recalls > Self.recallLimit)
    }

    /// Runs what the host was told of.
    private mutating func step(_ event: UInt8, isBeyondLimit: Bool = false) -> LoopAnswer {
        let from = position.state
        let answer =
            isBeyondLimit
            ? program.fault(beyondLimitAt: &position, host: &host)
            : program.step(event, at: &position, host: &host)
        host.end(answer, was: nil, at: position)
        return LoopAnswer(step: answer, from: from, position: position)
    }

    /// Refuses an event about which nothing is asked.
    package mutating func refuse(
        _ event: borrowing LoopEvent,
        _ kind: MachineOutcomeKind,
        was: MachineOutcomeKind? = nil
    ) -> LoopAnswer {
        let answer = StepAnswer(kind)
        host.begin(.event(event.event, token: event.token), at: position)
        host.end(answer, was: was, at: position)
        return LoopAnswer(step: answer, was: was, from: position.state, position: position)
    }
}

/// Life.
extension MachineLoopCore {
    /// Enters the initial state; a machine that was created and not yet stopped starts once.
    package mutating func start() {
        guard life == .created else { return }
        life = .running
        recalls = 0
        program.start(at: &position, host: &host)
    }

    /// Stops timers and events, if the machine is running.
    package mutating func pause(at now: Int64) {
        guard life == .running else { return }
        host.timers.stand(at: now)
        life = .paused
    }

    /// Lets a paused machine go on.
    package mutating func resume(at now: Int64) {
        guard life == .paused else { return }
        life = .running
        goOn(at: now)
    }

    /// Takes the mark of a faulted machine away; changes nothing else.
    package mutating func reset(at now: Int64) {
        guard position.isFaulted else { return }
        // Those that stand since the fault have not been told yet if nobody has asked what is next.
        host.timers.stand(at: now)
        position.isFaulted = false
        goOn(at: now)
    }

    private mutating func goOn(at now: Int64) {
        recalls = 0
        guard areTimersGoing else { return }
        for timer in host.timers.armed { host.note(.arm(timer.event, milliseconds: timer.left)) }
        host.timers.go(at: now)
    }

    /// Stops timers; what is queued is finished until the deadline, and then the machine stops.
    ///
    /// A second drain can only make the deadline earlier.
    package mutating func drain(until deadline: Int64) {
        switch life {
        case .running, .paused:
            life = .draining
            drainDeadline = deadline
            recalls = 0
        case .created: life = .stopped
        case .draining: drainDeadline = min(drainDeadline, deadline)
        case .stopped: break
        }
    }

    /// Ends the life, without exit actions.
    ///
    /// - Returns: the deferred events that never ran, the oldest first.
    package mutating func stop() -> [UInt8] {
        life = .stopped
        host.timers.endAll()
        defer { host.deferred = [] }
        return host.deferred
    }
}
