/// The answer to a call that wants to pass: two words in registers, no allocation.
@usableFromInline
struct Ticket: Sendable {
    /// `[refusal 32 | generation 32]`: 0 for an admitted call, else 1 + the raw value of the state that refused it; the
    /// generation in which the call was admitted.
    ///
    /// One number, so that nothing has to be taken apart where it is handed on.
    @usableFromInline let head: UInt64
    /// When an admitted call began, ``unknown`` without slow calls; for a refused one the milliseconds that are left
    /// of OPEN, −1 when nothing is known.
    @usableFromInline let time: Int64

    static let unknown = Int64.min

    init(admitted generation: UInt32, at time: Int64) {
        self.head = UInt64(generation)
        self.time = time
    }

    init(refusedBy state: CircuitState, generation: UInt32, retryAfterMs: Int64 = -1) {
        self.head = UInt64(1 + state.rawValue) << 32 | UInt64(generation)
        self.time = retryAfterMs
    }

    @inlinable var isAdmitted: Bool { head >> 32 == 0 }

    var generation: UInt32 { UInt32(truncatingIfNeeded: head) }

    /// The state that refused; `nil` for an admitted call.
    var refusedBy: CircuitState? { isAdmitted ? nil : CircuitState(rawValue: UInt8(head >> 32) - 1) }

    var retryAfterMs: Int64? { isAdmitted || time < 0 ? nil : time }
}
