/// A machine in a task of its own: a bounded queue, a life, timers, deferred events, tokens and event versions.
///
/// Use it for an entity with effects, timers and order: each event is run to its end before the next, whoever sends it.
/// Sending never waits and never runs guards or actions in the caller; the ticket tells what became of the event.
///
/// ```swift
/// let loop = MachineLoop(try sync.compile(), context: Sync())
/// await withDiscardingTaskGroup { group in
///     group.addTask { await loop.run() }
///     guard await loop.started() else { return }
///     let outcome = try? await loop.send(.start, token: "a1").outcome  // moved idle → syncing (1)
///     await loop.drain(within: .seconds(5))
/// }
/// ```
///
/// ``run()`` is what the `run()` of a service calls; on a graceful shutdown the service calls ``drain(within:)``.
///
/// Guards, actions and invariants run in the task of ``run()``, one at a time and without a lock, so an action may send
/// to its own loop: the event is queued. What an action must not do is wait for its own loop, for example by blocking its
/// thread until a ticket has an outcome.
///
/// An event carries data by ``send(_:token:version:ifSequence:preparing:)``, which puts them into the context in the
/// event's turn; ``withContext(_:)`` reads the context, or changes it, between two events.
@safe
public final class MachineLoop<State: NumberedSymbol, Event: NumberedSymbol, Context>: Sendable {
    /// The bounds of a loop.
    public typealias Configuration = MachineLoopConfiguration

    /// The table that the machine runs on.
    public let table: MachineTable<State, Event, Context>
    private let configuration: Configuration
    let gate: LoopGate
    /// Touched by the task in ``run()`` alone, of which there is one, and here before and after it.
    nonisolated(unsafe) let context: UnsafeMutablePointer<Context>

    /// Creates a machine that has not started.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - context: what guards and actions work on; from now on it is theirs.
    ///   - configuration: the bounds.
    ///   - clock: what timers go by, in whole milliseconds; by default time that goes on while the system sleeps.
    public init(
        _ table: MachineTable<State, Event, Context>,
        context: sending Context,
        configuration: Configuration = Configuration(),
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.table = table
        self.configuration = configuration
        gate = LoopGate(
            MachineWord(version: table.definition.version, state: table.program.initial),
            capacity: configuration.queueLimit,
            clock: MachineLoopClock(clock),
            watch: table.engine.watch
        )
        unsafe self.context = .allocate(capacity: 1)
        unsafe self.context.initialize(to: context)
    }

    deinit {
        unsafe context.deinitialize(count: 1)
        unsafe context.deallocate()
    }

    /// State and sequence at the end of the last macrostep, read together from anywhere without waiting.
    public var current: MachineReading<State> { MachineReading(gate.word) }

    /// Where the machine stands in its life; draining from the moment at which it was asked for.
    public var life: MachineLife { gate.life }

    /// Sends an event.
    ///
    /// What is asked first, and in this order: life and room, when it is sent; whether the machine is faulted, the token,
    /// the version and the sequence, when it is its turn.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - token: what the sender calls this very event: if it was taken with it before, it is a duplicate.
    ///   - version: 0…2⁶³ − 1; the event is stale if one with this version or a later one was taken before.
    ///   - sequence: the sequence at which alone the event may be taken.
    /// - Returns: where its outcome will be. One allocation; ``post(_:token:version:ifSequence:)`` does without.
    public func send(
        _ event: Event,
        token: String? = nil,
        version: Int64? = nil,
        ifSequence sequence: UInt32? = nil
    ) -> MachineTicket<State> {
        let event = LoopEvent(
            event.rawValue,
            token: token,
            version: version,
            ifSequence: sequence.map { UInt64($0) }
        )
        return send(event, nil)
    }

    @inline(__always)
    func send(_ event: LoopEvent, _ visit: LoopVisit?) -> MachineTicket<State> {
        let answer = OneShot<LoopAnswer>()
        if let refusal = gate.send(LoopEnvelope(event, ticket: answer, visit: visit)).refusal {
            answer.fulfil(gate.refuse(event, refusal))
        }
        return MachineTicket(answer: answer)
    }

    /// Sends an event whose outcome nobody waits for.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - token: see ``send(_:token:version:ifSequence:)``.
    ///   - version: see ``send(_:token:version:ifSequence:)``.
    ///   - sequence: see ``send(_:token:version:ifSequence:)``.
    /// - Returns: nil if it is queued, else ``MachineOutcomeKind/full`` or ``MachineOutcomeKind/notRunning``.
    @discardableResult
    public func post(
        _ event: Event,
        token: String? = nil,
        version: Int64? = nil,
        ifSequence sequence: UInt32? = nil
    ) -> MachineOutcomeKind? {
        let event = LoopEvent(
            event.rawValue,
            token: token,
            version: version,
            ifSequence: sequence.map { UInt64($0) }
        )
        guard let refusal = gate.send(LoopEnvelope(event)).refusal else { return nil }
        return gate.refuse(event, refusal).step.kind
    }

    /// Starts the machine and runs it until it has stopped.
    ///
    /// It stops when it is drained, or when the task is cancelled. Cancelled, it stops at once: the macrostep at hand is
    /// finished, because half of one is no state; nothing that is queued is run, no exit action is, and each event that is
    /// left gets ``MachineOutcomeKind/notRunning``. A task cancelled beforehand enters nothing.
    ///
    /// A loop is run once: called again, this waits for the end of the first run.
    ///
    /// - Returns: the events that were left: the deferred, then the queued, the oldest first.
    @discardableResult
    public func run() async -> [Event] {
        // Cancelled before it began.
        if Task.isCancelled { gate.give(.drain(until: .min)) }
        guard gate.open() else { return await gate.stopped.waitToTheEnd().map(Self.events) ?? [] }
        let address = unsafe ContextAddress(UnsafeMutableRawPointer(context))
        let calls = BoundHost(functions: table.functions, context: address)
        // Each kind of host by its own name: through a generic function of this generic class the loop would run
        // unspecialised, at twice the time an event (`machine.loop.send`).
        let limit = configuration.tokenLimit
        guard let watch = table.engine.watch else {
            var core = MachineLoopCore(table.program, calls: calls, tokenLimit: limit)
            return Self.events(await gate.run(&core))
        }
        var core = MachineLoopCore(table.program, calls: WatchedHost(calls, watch), tokenLimit: limit)
        return Self.events(await gate.run(&core))
    }

    private static func events(_ numbers: [UInt8]) -> [Event] {
        numbers.map { Event.at($0) }
    }

    /// Waits until the initial state was entered and all that this caused is done.
    ///
    /// - Returns: false if the machine stopped before it started, or if the calling task is cancelled first.
    public func started() async -> Bool {
        await gate.started.wait() ?? false
    }

    /// Stops events and timers, if the machine is running; what is sent meanwhile is queued up to the bound.
    ///
    /// It overtakes what is queued and comes back when the macrostep at hand is done, so that then nothing runs; a
    /// cancelled caller does not wait, and the order stands.
    public func pause() async {
        await gate.order(.pause)
    }

    /// Lets a paused machine go on: timers with the time they had left, then the queue.
    public func resume() async {
        await gate.order(.resume)
    }

    /// Takes the mark of a faulted machine away and changes nothing else; overtakes what is queued.
    public func reset() async {
        await gate.order(.reset)
    }

    /// Finishes what is queued and stops the machine, without exit actions.
    ///
    /// From now on events are refused and timers stand. A second call can only make the deadline earlier. If the calling
    /// task is cancelled, the deadline is now.
    ///
    /// - Parameter time: how long queued events are begun, from now; with zero none is. An action that takes longer is
    ///   waited for.
    /// - Returns: the events that were left: the deferred, then the queued, the oldest first; none if it had stopped.
    @discardableResult
    public func drain(within time: Duration) async -> [Event] {
        guard gate.life != .stopped else { return [] }
        let milliseconds = MachineLoopClock.milliseconds(time)
        gate.give(.drain(until: milliseconds > 0 ? gate.clock.now + milliseconds : .min))
        return await withTaskCancellationHandler {
            await gate.stopped.waitToTheEnd().map(Self.events) ?? []
        } onCancel: {
            gate.give(.drain(until: .min))
        }
    }
}

extension MachineLoop where Context == Void {
    /// Creates a machine without a context that has not started.
    ///
    /// - Parameters:
    ///   - table: the compiled definition.
    ///   - configuration: the bounds.
    ///   - clock: what timers go by, in whole milliseconds; by default time that goes on while the system sleeps.
    public convenience init(
        _ table: MachineTable<State, Event, Context>,
        configuration: Configuration = Configuration(),
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.init(table, context: (), configuration: configuration, clock: clock)
    }
}
