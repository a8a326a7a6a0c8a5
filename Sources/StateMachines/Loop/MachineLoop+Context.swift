/// The context, for those outside: one at a time, between two steps.
extension MachineLoop {
    /// Reads or changes the context between two steps of the machine, in the order in which everything was sent.
    ///
    /// It waits in the queue like an event and takes a place there, so it sees what the events before it have done, and
    /// nothing of those behind it. A paused loop runs it when it is resumed; a faulted one runs it all the same, so that
    /// what went wrong can be looked at and mended before ``reset()``. It asks no guard and checks no invariant: what it
    /// changes counts from the next event on.
    ///
    /// ```swift
    /// let total = try await loop.withContext { order in order.total }
    /// ```
    ///
    /// - Parameter body: runs in the task of ``run()`` and holds the machine up for as long as it takes; it must not wait
    ///   for its own loop.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; ``MachineLoopError`` if there is no room, or if the loop has not started, is
    ///   draining, or stops before its turn; `CancellationError` if the waiting task is cancelled first, and then `body` is
    ///   run all the same.
    @discardableResult
    public func withContext<Value: Sendable>(
        _ body: @escaping @Sendable (inout Context) throws -> Value
    ) async throws -> Value {
        let answer = OneShot<Result<Value, any Error>>()
        let name = table.definition.name
        let envelope = LoopEnvelope { isItsTurn in
            guard isItsTurn else { return answer.fulfil(.failure(MachineLoopError(code: .notRunning, machine: name))) }
            answer.fulfil(Result { try unsafe body(&self.context.pointee) })
        }
        switch gate.send(envelope) {
        case .queued: break
        case .full: throw MachineLoopError(code: .full, machine: name)
        case .notRunning: throw MachineLoopError(code: .notRunning, machine: name)
        }
        guard let result = await answer.wait() else { throw CancellationError() }
        return try result.get()
    }

    /// Sends an event with its data: `prepare` puts them into the context right before the event is looked up.
    ///
    /// Nothing runs between the two. It is not run for an event that is refused before anything is asked: as a duplicate,
    /// as stale, in conflict, by a faulted machine, or without room. Whether the event then is taken or rejected, what
    /// it changed stays.
    ///
    /// ```swift
    /// loop.send(.pay) { order in order.amount = 10 }
    /// ```
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - token: see ``send(_:token:version:ifSequence:)``.
    ///   - version: see ``send(_:token:version:ifSequence:)``.
    ///   - sequence: see ``send(_:token:version:ifSequence:)``.
    ///   - prepare: runs in the task of ``run()``; it must not wait for its own loop.
    /// - Returns: where its outcome will be.
    public func send(
        _ event: Event,
        token: String? = nil,
        version: Int64? = nil,
        ifSequence sequence: UInt32? = nil,
        preparing prepare: @escaping @Sendable (inout Context) -> Void
    ) -> MachineTicket<State> {
        let event = LoopEvent(event.rawValue, token: token, version: version, ifSequence: sequence.map { UInt64($0) })
        return send(event, .before { unsafe prepare(&self.context.pointee) })
    }
}
