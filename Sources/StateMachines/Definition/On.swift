/// A rule's way to end in the state in which it began, in a ``TypedDefinition``.
public enum SameState: Sendable {
    /// Leaves the state that has the rule and enters it again; that is a move like any other.
    case reenter
    /// Takes the event and leaves everything as it is.
    case stay

    var answer: RuleDefinition.Answer { self == .reenter ? .reenter : .stay }
}

/// A rule that takes an event, in a ``TypedDefinition``.
///
/// Rules for one event are tried in the order in which they stand; the first whose guard is true, or that has none,
/// answers.
public struct On<State: MachineSymbol, Event: MachineSymbol, Context>: Sendable {
    let part: StatePart<Event, Context>

    /// The event moves the machine to another state.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - target: where it leads.
    ///   - condition: when; nil is always.
    ///   - actions: what is done between leaving and entering, in order.
    ///   - raises: what is raised when that is done, in order.
    public init(
        _ event: Event,
        to target: State,
        if condition: Guard<Context>? = nil,
        do actions: Action<Event, Context>...,
        raise raises: Event...
    ) {
        let names = raises.map(\.wireName)
        part = StatePart({ .on(event.wireName, $0) }, .move(to: target.wireName), condition, actions, names)
    }

    /// The event is taken, and the machine ends in the same state.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - same: whether the state is left and entered again.
    ///   - condition: when; nil is always.
    ///   - actions: what is done, in order.
    ///   - raises: what is raised when that is done, in order.
    public init(
        _ event: Event,
        _ same: SameState,
        if condition: Guard<Context>? = nil,
        do actions: Action<Event, Context>...,
        raise raises: Event...
    ) {
        part = StatePart({ .on(event.wireName, $0) }, same.answer, condition, actions, raises.map(\.wireName))
    }
}

/// A rule for `fault`, the event of failures that no caller could be told of, in a ``TypedDefinition``.
///
/// `fault` is due when an entry action has failed, when an invariant is false, and when a step that the machine took by
/// itself has failed. If no rule answers it the machine is faulted and refuses every event until it is reset.
public struct OnFault<State: MachineSymbol, Event: MachineSymbol, Context>: Sendable {
    let part: StatePart<Event, Context>

    /// `fault` moves the machine to another state.
    public init(
        to target: State,
        if condition: Guard<Context>? = nil,
        do actions: Action<Event, Context>...,
        raise raises: Event...
    ) {
        let names = raises.map(\.wireName)
        part = StatePart({ .on(MachineDefinition.fault, $0) }, .move(to: target.wireName), condition, actions, names)
    }

    /// `fault` is taken, and the machine ends in the same state.
    public init(
        _ same: SameState,
        if condition: Guard<Context>? = nil,
        do actions: Action<Event, Context>...,
        raise raises: Event...
    ) {
        part = StatePart({ .on(MachineDefinition.fault, $0) }, same.answer, condition, actions, raises.map(\.wireName))
    }
}

/// An eventless rule, asked whenever a microstep has ended, in a ``TypedDefinition``; not for an ``AtomicMachine``.
public struct Always<State: MachineSymbol, Event: MachineSymbol, Context>: Sendable {
    let part: StatePart<Event, Context>

    /// The machine goes on to another state by itself.
    public init(
        to target: State,
        if condition: Guard<Context>? = nil,
        do actions: Action<Event, Context>...,
        raise raises: Event...
    ) {
        part = StatePart({ .always($0) }, .move(to: target.wireName), condition, actions, raises.map(\.wireName))
    }
}
