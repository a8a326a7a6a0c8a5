import StateMachines

extension ReferenceInterpreter: ReplaySubject {
    /// Enters the initial state from its outermost parent inwards.
    public mutating func start() -> [ReplayLine] {
        guard life == .created else { return [lifeLine()] }
        life = .running
        beginMacrostep()
        let number = traced.count
        openLine(.start)
        enter(chain(state).reversed(), checksInvariants: true)
        closeLine("stayed")
        finishMacrostep()
        if isFaulted { traced[number].outcome = .faulted }
        return [lifeLine(trace)] + recall()
    }

    /// Runs an event, or queues it in a paused machine.
    public mutating func fire(_ event: ReplayEvent) -> [ReplayLine] {
        switch life {
        case .created, .stopped: return [refuse(event, "notRunning")]
        case .running: return [run(event, from: .outside)] + recall()
        case .paused:
            guard queue.count < queueLimit else { return [refuse(event, "full")] }
            queue.append(event)
            return []
        }
    }

    /// Moves the clock; a paused, stopped or faulted machine's timers stand still.
    public mutating func advance(milliseconds: Int64) -> [ReplayLine] {
        var lines: [ReplayLine] = []
        var rest = milliseconds
        while areTimersRunning, let next = timers.map(\.left).min(), next <= rest {
            rest -= next
            for index in timers.indices { timers[index].left -= next }
            // Equal deadlines in the order armed.
            guard let index = timers.firstIndex(where: { $0.left == 0 }) else { break }
            lines += fireTimer(index)
        }
        if areTimersRunning {
            for index in timers.indices { timers[index].left -= rest }
        }
        return lines
    }

    /// Stops the timers and queues events from now on.
    public mutating func pause() -> [ReplayLine] {
        if life == .running { life = .paused }
        return [lifeLine()]
    }

    /// Lets the timers go on and runs what waits.
    public mutating func resume() -> [ReplayLine] {
        guard life == .paused else { return [lifeLine()] }
        life = .running
        return [lifeLine(goingOn())] + catchUp()
    }

    /// Takes the mark away; what waits goes on, unless the machine is paused.
    public mutating func reset() -> [ReplayLine] {
        guard isFaulted else { return [lifeLine()] }
        isFaulted = false
        guard life == .running else { return [lifeLine()] }
        return [lifeLine(goingOn())] + catchUp()
    }

    /// Runs what is queued, reports what is left, and stops.
    public mutating func drain(milliseconds: Int64) -> [ReplayLine] {
        guard life != .stopped else { return [lifeLine(left: [])] }
        var lines: [ReplayLine] = []
        if milliseconds > 0 {
            // Only what was reset in a pause can be due for a recall here.
            lines = recall() + runQueue()
        }
        life = .stopped
        timers = []
        lines.append(lifeLine(left: deferred + queue.map(\.name)))
        deferred = []
        queue = []
        return lines
    }

    /// Says what a guard or an invariant answers from here on.
    public mutating func set(guard name: String, to value: Bool) {
        if value { falseGuards.remove(name) } else { falseGuards.insert(name) }
    }

    /// Says whether an action fails from here on.
    public mutating func set(action name: String, failing: Bool) {
        if failing { failingActions.insert(name) } else { failingActions.remove(name) }
    }

    /// A word for each timer that goes on, in the order armed.
    private func goingOn() -> [String] {
        guard areTimersRunning else { return [] }
        return timers.map { "arm:\($0.event)@\(ReplayDuration.text($0.left))" }
    }

    private func lifeLine(_ trace: [String] = [], left: [String]? = nil) -> ReplayLine {
        ReplayLine(life: life.rawValue, left: left, sequence: sequence, state: state, trace: trace)
    }
}
