public import StateMachines

extension MachineDefinition {
    /// Whether a document says the same as this definition, however it is written.
    ///
    /// The order of keys and states, and of names in the lists of events, guards and actions, does not matter; that of
    /// rules, of actions to run, of invariants and of the parts of a condition does.
    ///
    /// - Parameter document: YAML or JSON.
    /// - Returns: whether they agree.
    /// - Throws: ``MachineFileError`` when the document has errors.
    public func matches(_ document: String) throws(MachineFileError) -> Bool {
        matches(try MachineFile(document).checked())
    }

    /// Whether another definition says the same as this one.
    ///
    /// As ``matches(_:)-(String)``.
    public func matches(_ other: MachineDefinition) -> Bool {
        ordered == other.ordered
    }

    /// The definition with all in a fixed order whose order says nothing.
    private var ordered: MachineDefinition {
        var result = self
        result.events.sort()
        result.guards.sort()
        result.actions.sort()
        result.states.sort { $0.name < $1.name }
        for index in result.states.indices {
            result.states[index].on.sort { $0.event < $1.event }
            result.states[index].ignore.sort()
            result.states[index].reject.sort()
            result.states[index].defer.sort()
        }
        result.migrations.sort { $0.from < $1.from }
        for index in result.migrations.indices {
            result.migrations[index].states.sort { $0.old < $1.old }
            result.migrations[index].unmappable.sort()
        }
        return result
    }
}
