import StateMachines
public import StateSharing

/// One process's line to a store, with faults that a test switches on and off.
///
/// ```swift
/// let memory = MemoryStore()
/// let mine = FaultyStore(memory)  // a line for each process
/// let theirs = FaultyStore(memory)
/// mine.isReachable = false  // requests fail; whoever runs on it is told
/// theirs.next(.drop, times: 2)  // two messages never arrive
/// ```
///
/// Nothing is left to chance: faults happen when they are asked for, or by a seed with ``atRandom(_:oneIn:)``. Messages
/// are decided one by one, for each caller of ``run(as:receive:)`` apart, and signals keep their order.
public final class FaultyStore<Base: SnapshotStore>: SnapshotStore {
    private struct State {
        var isReachable = true
        var takesWrites = true
        var losesReplies = false
        var messages: MessageFaults
        var lines: [Int: FaultyLine] = [:]
        var nextLine = 0
    }

    /// The store behind the faults.
    public let base: Base
    private let state: Locked<State>

    /// Creates a line without faults.
    ///
    /// - Parameters:
    ///   - base: the store; several lines may lead to one.
    ///   - seed: decides what ``atRandom(_:oneIn:)`` does.
    public init(_ base: Base, seed: UInt64 = 0) {
        self.base = base
        state = Locked(State(messages: MessageFaults(seed: seed)))
    }

    // MARK: Faults

    /// Whether the store can be reached; while not, requests fail with `unreachable` and messages are lost.
    ///
    /// A change tells `down` or `up`. What was held back is lost with the connection.
    public var isReachable: Bool {
        get { state.withLock { $0.isReachable } }
        set {
            change { state in
                guard state.isReachable != newValue else { return }
                state.isReachable = newValue
                for id in state.lines.keys { state.lines[id]?.turn(newValue) }
            }
        }
    }

    /// Whether requests that write are taken; while not, all but `read`, `changes` and `list` fail with `writesRefused`.
    public var takesWrites: Bool {
        get { state.withLock { $0.takesWrites } }
        set { state.withLock { $0.takesWrites = newValue } }
    }

    /// Whether replies are lost: requests are carried out and fail with `timedOut` all the same.
    public var losesReplies: Bool {
        get { state.withLock { $0.losesReplies } }
        set { state.withLock { $0.losesReplies = newValue } }
    }

    /// The next messages meet a fault, after those that were asked for before.
    ///
    /// - Parameters:
    ///   - fault: what becomes of them.
    ///   - times: how many messages, at least 1.
    public func next(_ fault: MessageFault, times: Int = 1) {
        state.withLock { $0.messages.next(fault, times) }
    }

    /// Of all other messages one in so many meets one of these faults, as the seed has it; no faults end it.
    ///
    /// - Parameters:
    ///   - faults: each is as likely.
    ///   - odds: at least 1, which is every message.
    public func atRandom(_ faults: [MessageFault], oneIn odds: Int) {
        state.withLock { $0.messages.atRandom(faults, odds) }
    }

    /// Delivers what was held back, oldest first; what came after it has been delivered long ago.
    public func deliverHeld() {
        change { state in for id in state.lines.keys { state.lines[id]?.deliverHeld() } }
    }

    /// How many messages have met a fault so far, those lost on a line that was cut included.
    public var count: Int { state.withLock { $0.messages.count } }

    // MARK: Signals

    /// Hands over what happens, less what the faults take.
    public func run(as writer: WriterID, receive: @escaping @Sendable (StoreSignal) -> Void) async throws {
        let id = state.withLock { state in
            state.nextLine += 1
            state.lines[state.nextLine] = FaultyLine(receive)
            return state.nextLine
        }
        defer { state.withLock { _ = $0.lines.removeValue(forKey: id) } }
        try await base.run(as: writer) { [self] signal in
            change { $0.lines[id]?.hear(signal, isReachable: $0.isReachable, &$0.messages) }
        }
    }

    /// Changes what is to be told and tells it, unlocked; whoever comes first tells it for all, so that it keeps its order.
    private func change(_ body: (inout State) -> Void) {
        let ids = state.withLock { state in
            body(&state)
            return Array(state.lines.keys)
        }
        for id in ids {
            while let (receive, signal) = state.withLock({ $0.lines[id]?.takeNext() }) {
                receive(signal)
                state.withLock { $0.lines[id]?.isTelling = false }
            }
        }
    }

    /// Why a request is refused, and else whether its reply is lost.
    func fate(ofWriting writes: Bool) -> (refusal: StoreError?, isLost: Bool) {
        state.withLock { state in
            if !state.isReachable { return (.unreachable, false) }
            if writes && !state.takesWrites { return (StoreError(.writesRefused, "the test takes no writes"), false) }
            return (nil, state.losesReplies)
        }
    }
}

extension FaultyStore where Base == MemoryStore {
    /// Creates a line to a store in memory of its own.
    public convenience init(seed: UInt64 = 0) {
        self.init(MemoryStore(), seed: seed)
    }

    /// Loses everything at once, as a server that comes back empty.
    public func loseEverything() { base.loseEverything() }
}

extension StoreError {
    static let unreachable = StoreError(.unreachable, "the test has cut the line")
}
