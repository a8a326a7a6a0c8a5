import StateSharing

/// What one caller of `run` hears.
struct FaultyLine {
    private let receive: @Sendable (StoreSignal) -> Void
    /// Whether the base says that it is up.
    private var isUp = false
    private var held: [StoreSignal] = []
    /// To be told, oldest first.
    private var waiting: [StoreSignal] = []
    /// Somebody is telling one.
    var isTelling = false

    init(_ receive: @escaping @Sendable (StoreSignal) -> Void) {
        self.receive = receive
    }

    /// The base has something to tell.
    mutating func hear(_ signal: StoreSignal, isReachable: Bool, _ faults: inout MessageFaults) {
        switch signal {
        case .up:
            isUp = true
            waiting.append(isReachable ? .up : .down(.unreachable))
        case .down:
            isUp = false
            if isReachable { waiting.append(signal) }
        case .malformed, .overflow:
            if isReachable { waiting.append(signal) }
        case .message:
            switch isReachable ? faults.take() : faults.lose() {
            case nil: waiting.append(signal)
            case .drop: break
            case .duplicate: waiting += [signal, signal]
            case .hold: held.append(signal)
            }
        }
    }

    /// The line is cut or mended.
    mutating func turn(_ isReachable: Bool) {
        held = []
        guard isUp else { return }
        waiting.append(isReachable ? .up : .down(.unreachable))
    }

    mutating func deliverHeld() {
        waiting += held
        held = []
    }

    /// What to tell next, unless somebody is telling.
    mutating func takeNext() -> (receive: @Sendable (StoreSignal) -> Void, signal: StoreSignal)? {
        guard !isTelling, !waiting.isEmpty else { return nil }
        isTelling = true
        return (receive, waiting.removeFirst())
    }
}
