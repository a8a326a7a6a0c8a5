/// Events that change nothing, in a ``TypedDefinition``; asked behind the rules.
public struct Ignore<Event: MachineSymbol>: Sendable {
    let names: [String]

    /// The events are passed over.
    public init(_ events: Event...) {
        names = events.map(\.wireName)
    }

    private init(names: [String]) {
        self.names = names
    }

    /// `fault` is passed over: what failed here is nobody's concern.
    public static var fault: Ignore { Ignore(names: [MachineDefinition.fault]) }
}

/// Events that are refused, in a ``TypedDefinition``; asked behind ``Ignore``.
public struct Reject<Event: MachineSymbol>: Sendable {
    let names: [String]

    /// The events are refused, whatever the definition says of unhandled ones.
    public init(_ events: Event...) {
        names = events.map(\.wireName)
    }

    private init(names: [String]) {
        self.names = names
    }

    /// `fault` is refused, whatever the parents say: the machine is faulted.
    public static var fault: Reject { Reject(names: [MachineDefinition.fault]) }
}

/// Events that wait until a state answers them, in a ``TypedDefinition``; asked behind ``Reject``.
///
/// Only a machine with a loop can keep them.
public struct Defer<Event: MachineSymbol>: Sendable {
    let names: [String]

    /// The events wait.
    public init(_ events: Event...) {
        names = events.map(\.wireName)
    }
}

/// What is done when a state is entered, in a ``TypedDefinition``.
public struct Entry<Event: NumberedSymbol, Context>: Sendable {
    let actions: [Action<Event, Context>]

    /// The actions run in order; one that fails makes `fault` due.
    public init(_ actions: Action<Event, Context>...) {
        self.actions = actions
    }
}

/// What is done when a state is left, in a ``TypedDefinition``.
public struct Exit<Event: NumberedSymbol, Context>: Sendable {
    let actions: [Action<Event, Context>]

    /// The actions run in order; one that fails keeps the machine where it is.
    public init(_ actions: Action<Event, Context>...) {
        self.actions = actions
    }
}

/// An event that the machine fires by itself when it has stayed in a state for a time, in a ``TypedDefinition``.
///
/// Only a machine with a loop has timers.
public struct Timeout<Event: MachineSymbol>: Sendable {
    let definition: TimeoutDefinition

    /// Fires an event.
    ///
    /// - Parameters:
    ///   - duration: how long after the state was entered: whole milliseconds, 1 ms…8760 h.
    ///   - event: which.
    public init(after duration: Duration, fires event: Event) {
        definition = TimeoutDefinition(after: duration, fires: event.wireName)
    }
}
