/// Where machines come from one after the other: a registry of breakers, for one.
///
/// A sharing service that is given a source shares what is there and what comes later.
public protocol ShareableSource: Sendable {
    /// Calls `observer` with every machine, those that are there already and those to come, exactly once each, outside
    /// every lock.
    ///
    /// - Parameter observer: told besides all others, for as long as the source lives: it holds what it tells weakly.
    func observeMachines(_ observer: @escaping @Sendable (any Shareable) -> Void)
}
