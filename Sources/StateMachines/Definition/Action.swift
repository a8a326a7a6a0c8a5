/// Something that a machine does: a function on its context with a name.
///
/// Make each action once, as a constant, and use it by that: the name goes into files, drawings and traces, the function
/// is what runs. An action that throws has failed: see ``MachineOutcomeKind/failed``.
///
/// ```swift
/// let note = Action<SyncEvent, Sync>("note") { sync in sync.notes += 1 }
/// let check = Action<SyncEvent, Sync>("check") { sync, effects in
///     if sync.isStale { effects.raise(.changed) }
/// }
/// ```
public struct Action<Event: NumberedSymbol, Context>: Sendable {
    let function: NamedFunction<ActionFunction>

    /// An action that only works on the context.
    ///
    /// - Parameters:
    ///   - name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - function: what it does; it has failed if it throws.
    public init(_ name: String, _ function: @escaping @Sendable (inout Context) throws -> Void) {
        self.function = NamedFunction(name) { address, _ in
            unsafe try function(&address.pointer.assumingMemoryBound(to: Context.self).pointee)
        }
    }

    /// An action that may raise events; not for an ``AtomicMachine``.
    ///
    /// - Parameters:
    ///   - name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - function: what it does; it has failed if it throws, and if that was before the commit nothing is raised.
    public init(
        _ name: String,
        _ function: @escaping @Sendable (inout Context, inout Effects<Event>) throws -> Void
    ) {
        self.function = NamedFunction(name, canRaise: true) { address, raised in
            var effects = Effects<Event>(raised: raised)
            defer { raised = effects.raised }
            unsafe try function(&address.pointer.assumingMemoryBound(to: Context.self).pointee, &effects)
        }
    }

    /// An action by its name alone: its function stands at another mention of the name.
    public init(_ name: String) {
        function = NamedFunction(name, nil)
    }
}

/// All that an action can do to its machine: raise events.
///
/// A raised event waits until the microstep is done and eventless rules have been asked; at most 64 may wait. There is no
/// way to fire an event inside a callback.
public struct Effects<Event: NumberedSymbol>: ~Copyable {
    fileprivate var raised: RaisedEvents

    /// Queues an event inside the machine.
    public mutating func raise(_ event: Event) {
        raised.append(event.rawValue)
    }
}
