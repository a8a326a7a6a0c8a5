import StateMachines

/// What the two links of a store mean together: the diagram of the module's page.
enum Links: UInt8, MachineSymbol {
    case down
    case onlyCommands
    case onlySubscription
    case up
}

/// What happens to one of them.
enum LinksEvent: UInt8, MachineSymbol {
    case commandsReady
    case commandsLost
    case subscribed
    case subscriptionLost
}

extension TypedDefinition<Links, LinksEvent, Void> {
    static var links: Self {
        let tellUp = Action<LinksEvent, Void>("tellUp") { _ in }
        let tellDown = Action<LinksEvent, Void>("tellDown") { _ in }
        return TypedDefinition(name: "links", initial: .down) {
            In(.down) {
                On(.commandsReady, to: .onlyCommands)
                On(.subscribed, to: .onlySubscription)
            }
            In(.onlyCommands) {
                On(.subscribed, to: .up, do: tellUp)
                On(.commandsLost, to: .down)
            }
            In(.onlySubscription) {
                On(.commandsReady, to: .up, do: tellUp)
                On(.subscriptionLost, to: .down)
            }
            In(.up) {
                On(.commandsLost, to: .onlySubscription, do: tellDown)
                On(.subscriptionLost, to: .onlyCommands, do: tellDown)
            }
        }
    }
}
