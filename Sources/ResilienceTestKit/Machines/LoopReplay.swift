public import StateMachines

/// A machine in a loop, stepped by a ``ReplayScript`` on a virtual clock.
///
/// It is the loop itself without the task around it: the same core decides, and the same inbox refuses. Guards and
/// invariants are true and actions succeed unless the script says otherwise.
public struct LoopReplay: ReplaySubject {
    private var core: MachineLoopCore<WatchedHost<ScriptedCalls>>
    private var inbox: LoopInbox<LoopEvent>
    /// Events that were taken out of the inbox, the newest first.
    private var batch: [LoopEvent] = []
    private var now: Int64 = 0

    /// Creates a machine that has not started.
    ///
    /// - Parameters:
    ///   - definition: what to run; it must have no errors.
    ///   - queueLimit: how many events a paused machine queues.
    ///   - tokenLimit: how many events taken with a token are remembered.
    ///   - sink: where a line for each step goes, with the time that it really took.
    ///   - coverage: where what was taken is marked; it must be of this definition.
    public init(
        _ definition: MachineDefinition,
        queueLimit: Int = 256,
        tokenLimit: Int = 16,
        trace sink: MachineTraceSink? = .fromEnvironment,
        coverage: MachineCoverage? = nil
    ) {
        let program = MachineProgram(checked: definition)
        let calls = WatchedHost(ScriptedCalls(program), program, trace: sink, coverage: coverage)
        core = MachineLoopCore(program, calls: calls, tokenLimit: tokenLimit)
        inbox = LoopInbox(capacity: queueLimit)
    }

    private var program: MachineProgram { core.program }

    /// Enters the initial state from its outermost parent inwards.
    public mutating func start() -> [ReplayLine] {
        core.start()
        return [lifeLine()] + catchUp()
    }

    /// Runs an event, or queues it in a paused machine.
    public mutating func fire(_ event: ReplayEvent) -> [ReplayLine] {
        guard let number = program.event(named: event.name) else {
            preconditionFailure("\(program.definition.name) has no event \(event.name): the script was not checked")
        }
        let queued = LoopEvent(
            number,
            token: event.token,
            version: event.version,
            ifSequence: event.ifSequence.map { UInt64($0) }
        )
        switch inbox.admit(queued, unread: batch.count) {
        case .queued: return catchUp()
        case .full: return [line(core.refuse(queued, .full))]
        case .notRunning: return [line(core.refuse(queued, .notRunning))]
        }
    }

    /// Moves the clock; each timer that is due on the way fires at its own time.
    public mutating func advance(milliseconds: Int64) -> [ReplayLine] {
        var lines: [ReplayLine] = []
        let end = now + milliseconds
        while let deadline = core.nextDeadline, deadline <= end {
            now = max(now, deadline)
            lines += catchUp()
        }
        now = end
        return lines
    }

    /// Stops the timers and queues events from now on.
    public mutating func pause() -> [ReplayLine] {
        core.pause(at: now)
        return [lifeLine()] + catchUp()
    }

    /// Lets the timers go on and runs what waits.
    public mutating func resume() -> [ReplayLine] {
        core.resume(at: now)
        return [lifeLine()] + catchUp()
    }

    /// Takes the mark away; what waits goes on, unless the machine is paused.
    public mutating func reset() -> [ReplayLine] {
        core.reset(at: now)
        return [lifeLine()] + catchUp()
    }

    /// Runs what is queued, reports what is left, and stops.
    public mutating func drain(milliseconds: Int64) -> [ReplayLine] {
        core.drain(until: now + milliseconds)
        let lines = catchUp()
        var left = core.stop()
        left += batch.reversed().map(\.event)
        batch = []
        inbox.take(into: &batch)
        left += batch.reversed().map(\.event)
        batch = []
        var last = lifeLine()
        last.left = left.map { program.eventName($0) }
        return lines + [last]
    }

    /// Says what a guard or an invariant answers from here on.
    public mutating func set(guard name: String, to value: Bool) {
        core.calls.base.set(guard: name, to: value)
    }

    /// Says whether an action fails from here on.
    public mutating func set(action name: String, failing: Bool) {
        core.calls.base.set(action: name, failing: failing)
    }

    /// Does all that is to be done before the clock moves.
    private mutating func catchUp() -> [ReplayLine] {
        var lines: [ReplayLine] = []
        while true {
            if batch.isEmpty { inbox.take(into: &batch) }
            let answer: LoopAnswer?
            switch core.next(at: now, isQueueEmpty: batch.isEmpty) {
            case .recall: answer = core.recall()
            case .timer: answer = core.fireTimer(at: now)
            case .event: answer = batch.popLast().map { core.take($0) }
            case .stop, .wait: return lines
            }
            if let answer { lines.append(line(answer)) }
        }
    }

    private mutating func line(_ answer: LoopAnswer) -> ReplayLine {
        ReplayLine(
            outcome: "\(answer.step.kind)",
            phase: answer.step.phase.map { "\($0)" },
            was: answer.was.map { "\($0)" },
            sequence: Int(answer.position.sequence),
            state: program.stateName(answer.position.state),
            trace: core.calls.base.takeTrace()
        )
    }

    private mutating func lifeLine() -> ReplayLine {
        inbox.life = core.life
        return ReplayLine(
            life: "\(core.life)",
            sequence: Int(core.position.sequence),
            state: program.stateName(core.position.state),
            trace: core.calls.base.takeTrace()
        )
    }
}
