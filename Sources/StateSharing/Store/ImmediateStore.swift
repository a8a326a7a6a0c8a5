/// A store that takes proposals from any thread without suspending it: no task has to be woken between a decision and
/// the network.
package protocol ImmediateStore: SnapshotStore {
    /// Proposes versions as ``SnapshotStore/commit(_:)`` does.
    ///
    /// - Parameters:
    ///   - items: 1…32 proposals of different resources.
    ///   - complete: called once, on the store's thread, or at once without a connection.
    func commit(_ items: [CommitItem], complete: @escaping @Sendable (Result<CommitReply, StoreError>) -> Void)
}
