public import StateMachines

extension BreakerRegistry: ShareableSource {
    /// Calls `observer` with every breaker, as ``observeBreakers(_:)`` does.
    public func observeMachines(_ observer: @escaping @Sendable (any Shareable) -> Void) {
        observeBreakers { observer($0) }
    }
}
