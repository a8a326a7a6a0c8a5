public import StateMachines

extension BreakerRegistry: ShareableSource {
    /// Calls `observer` with every breaker, as ``observeBreakers(_:)`` does; the registry has one observer in all.
    public func observeMachines(_ observer: (@Sendable (any Shareable) -> Void)?) {
        guard let observer else { return observeBreakers(nil) }
        observeBreakers { observer($0) }
    }
}
