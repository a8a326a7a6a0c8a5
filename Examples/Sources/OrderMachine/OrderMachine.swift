import MachineFiles
import StateMachines

/// An order in a loop of its own: events from a web shop, a timer, and a repeated click that counts once.
@main
struct OrderMachine {
    struct Disagreement: Error, CustomStringConvertible {
        let description: String
    }

    static func main() async throws {
        for path in CommandLine.arguments.dropFirst() {
            let file = try MachineFile(contentsOf: path).checked()
            guard OrderDefinition.typed.definition.matches(file) else {
                throw Disagreement(description: "\(path) is another machine than the one in Swift")
            }
            print("\(path) says the same")
        }

        let loop = MachineLoop(try OrderDefinition.typed.compile(), context: Order(number: 17, stock: 2))
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.run() }
            guard await loop.started() else { return }
            print("\(OrderEvent.pay): \(await tell(loop.send(.pay, token: "click-1")))")
            print("\(OrderEvent.pay) again: \(await tell(loop.send(.pay, token: "click-1")))")
            for event in [OrderEvent.pack, .ship, .cancel, .delivered] {
                print("\(event): \(await tell(loop.send(event)))")
            }
            await loop.drain(within: .seconds(1))
        }
    }

    static func tell(_ ticket: MachineTicket<OrderState>) async -> String {
        do {
            return try await ticket.outcome.description
        } catch {
            return "nobody waits any more"
        }
    }
}
