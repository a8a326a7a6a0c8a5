import StateSharing

/// What the two links of a store mean together: `up` when both are ready, `down` once an episode, messages in between.
struct LinksCore {
    enum Role: Sendable {
        case commands
        case subscription
    }

    private var isReady: (commands: Bool, subscription: Bool) = (false, false)
    private var told: StoreError.Code?
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
        told = nil
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
        // Once an episode, and once more when it turns out that somebody must mend it.
        let isNews = told == nil || (told != error.code && (error.code == .denied || error.code == .unsupported))
        guard isNews else { return nil }
        told = error.code
        return .down(error)
    }

    /// Whether a message of the present subscription is handed over.
    var takesMessages: Bool { isDelivering }
    /// Whether both links are ready.
    var isUp: Bool { isReady == (true, true) }
}
