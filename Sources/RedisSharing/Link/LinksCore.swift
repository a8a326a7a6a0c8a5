import StateSharing

/// What the two links of a store mean together: `up` when both are ready, `down` once an episode, messages in between.
struct LinksCore {
    enum Role: Sendable {
        case commands
        case subscription
    }

    private var isReady: (commands: Bool, subscription: Bool) = (false, false)
    private var hasToldDown = false
    /// Whether the present subscription was part of an `up`: its messages count from then on, also while the command
    /// link is away.
    ///
    /// What came before it is covered by the reading that follows `up`.
    private var isDelivering = false

    /// A link has been set up.
    mutating func ready(_ role: Role) -> StoreSignal? {
        switch role {
        case .commands: isReady.commands = true
        case .subscription: isReady.subscription = true
        }
        guard isReady == (true, true) else { return nil }
        hasToldDown = false
        isDelivering = true
        return .up
    }

    /// A link ended, or could not be set up.
    mutating func lost(_ role: Role, _ error: StoreError) -> StoreSignal? {
        switch role {
        case .commands: isReady.commands = false
        case .subscription:
            isReady.subscription = false
            isDelivering = false
        }
        guard !hasToldDown else { return nil }
        hasToldDown = true
        return .down(error)
    }

    /// Whether a message of the present subscription is handed over.
    var takesMessages: Bool { isDelivering }
    /// Whether both links are ready.
    var isUp: Bool { isReady == (true, true) }
}
