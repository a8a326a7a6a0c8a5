import StateMachines

@testable import StateSharing

/// I10: what was seen already, in any order and more than once, changes nothing.
///
/// By the same process and the same lineage: after a loss of data the store has not seen what it lost.
extension Simulation {
    /// What a repetition must leave as it is.
    private struct Standing: Equatable {
        var machines: [[SimulatedProcess.Machine]]
        var committed: [[Version]]
        var stored: [SharedVersion?]
        var accepted: Int

        init(_ simulation: Simulation) {
            machines = simulation.processes.map(\.machines)
            committed = simulation.processes.map { $0.core.resources.map(\.committedVersion) }
            accepted = simulation.server.accepted.count
            stored = simulation.options.names.map {
                // Not in what is left of a deadline, which only gets less.
                var shared = simulation.server.stored(ResourceID(kind: "breaker", name: $0), at: .max / 2)?.shared
                shared?.remainingMs = nil
                return shared
            }
        }
    }

    /// Sends the store its requests and each process its messages twice more, shuffled.
    mutating func replayEverything() {
        let before = Standing(self)
        for item in (server.answered + server.answered).shuffled(using: &random) {
            _ = server.commit([item], nowMs: serverMs)
        }
        for process in processes.indices {
            let seen = processes[process].seen
            for message in (seen + seen).shuffled(using: &random) {
                schedule(.message(process: process, link: processes[process].link, message), after: 0...1_000_000)
            }
        }
        advance(by: 20_000_000)
        let after = Standing(self)
        if after.accepted != before.accepted { fail(.idempotence, "the store accepted what it had answered before") }
        if after.stored != before.stored { fail(.idempotence, "the store's versions changed") }
        if after.committed != before.committed { fail(.idempotence, "a process took an old version") }
        if after.machines != before.machines { fail(.idempotence, "a machine moved") }
    }
}
