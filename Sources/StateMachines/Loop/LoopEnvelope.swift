/// An event on its way to a loop.
struct LoopEnvelope: Sendable {
    var event: LoopEvent
    /// Who waits for the answer; nil if nobody does.
    var ticket: OneShot<LoopAnswer>?
}
