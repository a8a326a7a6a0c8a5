import StateMachines

/// The states of a small machine that answers in every way there is.
enum Door: UInt8, MachineSymbol {
    case shut
    case open
    case locked
    case gone
}

/// What can happen to a ``Door``.
enum Hand: UInt8, MachineSymbol {
    case push
    case pull
    case turn
    case slam
    case knock
    case burn
}

extension TypedDefinition<Door, Hand, Void> {
    static let door = TypedDefinition(name: "door", version: 7, initial: .shut) {
        In(.shut) {
            On(.push, to: .open)
            On(.turn, to: .locked)
            On(.slam, .reenter)
            On(.knock, .stay)
            On(.burn, to: .gone)
            Ignore(.pull)
        }
        In(.open, rank: 1, admission: .all) {
            On(.pull, to: .shut)
            On(.slam, to: .shut)
            On(.burn, to: .gone)
            Ignore(.push, .knock)
        }
        In(.locked, rank: 200, admission: .none) {
            On(.turn, to: .shut)
            On(.burn, to: .gone)
            Reject(.push, .pull)
        }
        In(.gone, rank: 3, admission: .limited, final: true) {
            Ignore(.burn)
        }
    }
}
