/// The answer to a call that wants to pass: three words in registers, no allocation.
@usableFromInline
struct Ticket: Sendable {
    /// The generation in which the call was admitted.
    @usableFromInline let generation: UInt32
    /// 0 for an admitted call, else 1 + the raw value of the state that refused it.
    @usableFromInline let refusal: UInt8
    /// When an admitted call began, ``unknown`` without slow calls; for a refused one the milliseconds that are left
    /// of OPEN, −1 when nothing is known.
    @usableFromInline let time: Int64

    static let unknown = Int64.min

    init(admitted generation: UInt32, at time: Int64) {
        self.generation = generation
        self.refusal = 0
        self.time = time
    }

    init(refusedBy state: CircuitState, generation: UInt32, retryAfterMs: Int64 = -1) {
        self.generation = generation
        self.refusal = 1 + state.rawValue
        self.time = retryAfterMs
    }

    @inlinable var isAdmitted: Bool { refusal == 0 }

    /// The state that refused; `nil` for an admitted call.
    var refusedBy: CircuitState? { refusal == 0 ? nil : CircuitState(rawValue: refusal - 1) }

    var retryAfterMs: Int64? { refusal == 0 || time < 0 ? nil : time }
}
