@testable import StateMachines

/// A machine with all that only a loop can do.
enum Job: UInt8, MachineSymbol {
    case idle
    case working
    case urgent
    case ended
}

/// What can happen to a ``Job``.
enum Work: UInt8, MachineSymbol {
    case take
    case done
    case late
    case note
    case hurry
    case end
    case spoil
}

/// What happened in a job, for the test to read, and what its actions do besides.
final class Notebook: Sendable {
    private let lines = Locked<[String]>([])
    private let hooks = Locked<[String: [@Sendable () -> Void]]>([:])

    var text: String { lines.withLock { $0.joined(separator: " ") } }

    /// Notes that an action runs, and does what the test wants of it.
    func run(_ action: String) {
        lines.withLock { $0.append(action) }
        let hook = hooks.withLock { $0[action]?.isEmpty == false ? $0[action]?.removeFirst() : nil }
        hook?()
    }

    /// What an action does at its next run; each is done once.
    func on(_ action: String, _ hook: @escaping @Sendable () -> Void) {
        hooks.withLock { $0[action, default: []].append(hook) }
    }
}

private typealias Do = Action<Work, Notebook>

private func writing(_ name: String) -> Do { Do(name) { (notebook: inout Notebook) in notebook.run(name) } }

/// An action fails.
struct Spoilt: Error {}

extension TypedDefinition<Job, Work, Notebook> {
    static var job: Self {
        let begin = writing("begin")
        let finish = writing("finish")
        let alarm = writing("alarm")
        let rush = writing("rush")
        let note = writing("note")
        let spoil = Do("spoil") { (_: inout Notebook) in throw Spoilt() }
        return TypedDefinition(name: "job", version: 9, initial: .idle) {
            In(.idle) {
                Entry(writing("idle"))
                On(.take, to: .working)
                On(.note, .stay, do: note)
                On(.spoil, .reenter, do: spoil)
                On(.hurry, to: .urgent)
                On(.end, to: .ended)
                Ignore(.done)
            }
            In(.working) {
                Entry(begin)
                Exit(finish)
                Timeout(after: .seconds(20), fires: .late)
                On(.done, to: .idle)
                On(.late, to: .idle, do: alarm)
                On(.note, .stay, do: note)
                On(.hurry, to: .urgent)
                On(.end, to: .ended)
                Defer(.take)
            }
            In(.urgent, parent: .working) {
                Entry(rush)
                Timeout(after: .milliseconds(500), fires: .done)
                On(.spoil, to: .idle, do: spoil)
            }
            In(.ended, final: true) {}
        }
    }
}
