extension MachineTable {
    /// The same table for machines that somebody looks on at: for all three seats, each event and each step.
    ///
    /// Tables that are not watched have no trace of this in their cells and pay nothing for it; those that are send every
    /// event through the engine. So an instance is watched by the table that it is made from, and a ``Machine`` stays two
    /// words. The name of an instance goes the same way: a watched table made from a watched one shares its cells, so one
    /// for each instance is small.
    ///
    /// ```swift
    /// let coverage = MachineCoverage(of: table)
    /// let watched = table.watched(trace: .standardError, coverage: coverage)
    /// var order = try Machine(watched.watched(as: "order-17"))
    /// ```
    ///
    /// Without a sink and a coverage this is the table itself, so a program may always give its instances names: they
    /// appear once `DEBUG_EVENT_TRACE` is `true` in the environment.
    ///
    /// - Parameters:
    ///   - id: what the program calls its machine; nil for what this table calls it.
    ///   - sink: where lines go; nil for where those of this table go.
    ///   - coverage: where what was taken is marked; nil for where this table marks it. It must be of this definition.
    /// - Returns: the table to make the machines from.
    public func watched(
        as id: String? = nil,
        trace sink: MachineTraceSink? = nil,
        coverage: MachineCoverage? = nil
    ) -> MachineTable {
        let watch = MachineWatch(
            program,
            id: id ?? engine.watch?.id ?? "",
            sink: sink ?? engine.watch?.sink,
            coverage: coverage ?? engine.watch?.coverage
        )
        return watch.sink == nil && watch.coverage == nil ? self : MachineTable(self, watch)
    }
}
