/// Where machines come from one after the other: a registry of breakers, for one.
///
/// A sharing service that is given a source shares what is there and what comes later.
public protocol ShareableSource: Sendable {
    /// Calls `observer` with every machine, those that are there already and those to come, exactly once each, outside
    /// every lock.
    ///
    /// - Parameter observer: the one observer, replacing an earlier one; `nil` removes it.
    func observeMachines(_ observer: (@Sendable (any Shareable) -> Void)?)
}
