import StateMachines

/// The states of a machine of a breaker's shape.
enum Gate: UInt8, MachineSymbol {
    case closed
    case open
    case halfOpen
    case forced
}

/// The events of a ``Gate``.
enum Knock: UInt8, MachineSymbol {
    case trip
    case elapsed
    case passed
    case failed
    case force
    case reset
}

let gate = TypedDefinition<Gate, Knock, Void>(name: "gate", initial: .closed, unhandled: .error) {
    In(.closed) {
        On(.trip, to: .open)
        On(.force, to: .forced)
        On(.reset, .reenter)
        Ignore(.elapsed, .passed, .failed)
    }
    In(.open, admission: .none) {
        On(.elapsed, to: .halfOpen)
        On(.force, to: .forced)
        On(.reset, to: .closed)
        Ignore(.trip, .passed, .failed)
    }
    In(.halfOpen, admission: .limited) {
        On(.passed, to: .closed)
        On(.failed, to: .open)
        On(.force, to: .forced)
        On(.reset, to: .closed)
        Ignore(.trip, .elapsed)
    }
    In(.forced, admission: .none) {
        On(.reset, to: .closed)
        Ignore(.trip, .elapsed, .force)
        Reject(.passed, .failed)
    }
}

/// The same machine as one would write it by hand.
struct SwitchMachine {
    /// What ``fire(_:)`` tells.
    struct Told {
        var kind: MachineOutcomeKind
        var from: Gate
        var to: Gate
        var sequence: UInt32
    }

    private var state: Gate
    private var sequence: UInt32 = 0

    init(_ initial: Gate) {
        state = initial
    }

    @inline(__always)
    mutating func fire(_ event: Knock) -> Told {
        switch (state, event) {
        case (.closed, .trip): move(.open)
        case (.closed, .force): move(.forced)
        case (.closed, .reset): move(.closed)
        case (.closed, .elapsed), (.closed, .passed), (.closed, .failed): refuse(.ignored)
        case (.open, .elapsed): move(.halfOpen)
        case (.open, .force): move(.forced)
        case (.open, .reset): move(.closed)
        case (.open, .trip), (.open, .passed), (.open, .failed): refuse(.ignored)
        case (.halfOpen, .passed): move(.closed)
        case (.halfOpen, .failed): move(.open)
        case (.halfOpen, .force): move(.forced)
        case (.halfOpen, .reset): move(.closed)
        case (.halfOpen, .trip), (.halfOpen, .elapsed): refuse(.ignored)
        case (.forced, .reset): move(.closed)
        case (.forced, .trip), (.forced, .elapsed), (.forced, .force): refuse(.ignored)
        case (.forced, .passed), (.forced, .failed): refuse(.rejected)
        }
    }

    private mutating func move(_ target: Gate) -> Told {
        let before = state
        state = target
        sequence &+= 1
        return Told(kind: .moved, from: before, to: target, sequence: sequence)
    }

    private func refuse(_ kind: MachineOutcomeKind) -> Told {
        Told(kind: kind, from: state, to: state, sequence: sequence)
    }
}
