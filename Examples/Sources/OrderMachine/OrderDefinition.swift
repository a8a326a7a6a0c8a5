import StateMachines

/// Where an order is.
enum OrderState: UInt8, MachineSymbol {
    case placed, open, paid, packed, shipped, delivered, stuck, refunded, cancelled
}

/// What can happen to it.
enum OrderEvent: UInt8, MachineSymbol {
    case pay, declined, pack, ship, delivered, refund, cancel, expired
}

/// What its guards and actions work on.
struct Order: Sendable {
    var number: Int
    var stock: Int
    var paid = 0
}

/// `Machines/order.yaml` in Swift; the program checks that the two agree.
enum OrderDefinition {
    static let inStock = Guard<Order>("inStock") { $0.stock > 0 }

    static let reserve = action("reserve") { $0.stock -= 1 }
    static let release = action("release") { $0.stock += 1 }
    static let charge = action("charge") { $0.paid += 10 }
    static let refundMoney = action("refundMoney") { $0.paid -= 10 }
    static let notify = action("notify") { print("  a letter to the buyer of order \($0.number)") }

    static let typed = TypedDefinition<OrderState, OrderEvent, Order>(
        name: "order",
        version: 2,
        initial: .placed,
        migrations: [
            MigrationDefinition(
                from: 1,
                states: [.init("new", to: "placed"), .init("packing", to: "packed")],
                unmappable: ["disputed"]
            )
        ]
    ) {
        In(.placed) {
            Timeout(after: .seconds(30 * 60), fires: .expired)
            On(.pay, to: .paid, do: charge)
            On(.cancel, to: .cancelled)
            On(.expired, to: .cancelled, do: notify)
        }
        In(.open) {
            On(.cancel, to: .cancelled, do: release, refundMoney)
            OnFault(to: .stuck, do: notify)
        }
        In(.paid, parent: .open) {
            Entry(reserve)
            On(.pack, to: .packed, if: inStock)
            On(.declined, to: .placed, do: release)
            Ignore(.pay)
        }
        In(.packed, parent: .open) {
            On(.ship, to: .shipped, do: notify)
        }
        In(.shipped) {
            On(.delivered, to: .delivered, do: notify)
            Reject(.cancel)
        }
        In(.delivered) {
            On(.refund, to: .refunded, do: refundMoney)
        }
        In(.stuck) {
            On(.cancel, to: .cancelled)
        }
        In(.refunded, final: true)
        In(.cancelled, final: true)
    }

    private static func action(
        _ name: String,
        _ body: @escaping @Sendable (inout Order) -> Void
    ) -> Action<OrderEvent, Order> {
        Action(name, body)
    }
}
