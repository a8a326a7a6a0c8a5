@testable import StateSharing

/// What must hold at the end: the invariants of the fleet protocol, section 13.
extension Simulation {
    /// The newest lasting operator decision that anybody alive, or the store, knows of each resource.
    func heldOperatorDecisions() -> [Int64] {
        options.names.map { name in
            let id = ResourceID(kind: "breaker", name: name)
            var newest: Int64 = 0
            if let stored = server.stored(id, at: serverMs), stored.expiresAt == .max {
                newest = stored.shared.operatorAt
            }
            for process in processes {
                guard let index = process.core.index(of: id) else { continue }
                for held in [process.core.resources[index].committed, process.core.resources[index].pending?.held] {
                    if let held, held.holdEnd == .never { newest = max(newest, held.operatorAt) }
                }
            }
            return newest
        }
    }

    mutating func checkAgreement(_ heldBefore: [Int64]) {
        for (number, name) in options.names.enumerated() {
            let stored = server.stored(ResourceID(kind: "breaker", name: name), at: serverMs)
            for process in processes.indices {
                checkAgreement(of: process, number, with: stored)
            }
            // I11: a lasting operator decision known to anybody ends only by a later one.
            if let stored, stored.shared.operatorAt < heldBefore[number] {
                fail(.operators, "an operator's hold of \(name) was lost")
            }
            if stored == nil, heldBefore[number] > 0 { fail(.operators, "an operator's hold of \(name) is gone") }
            // I4: a trip that nobody superseded has left the fleet protected. Without crashes only: a trip may die with
            // its process.
            let isOwed = owedTrips.contains { $0[1] == number }
            if !options.hasCrashes, isOwed, (stored?.shared.version.rank ?? 1) < 2, stored?.shared.isOperators != true {
                fail(.noLostTrip, "a trip of \(name) was lost")
            }
        }
    }

    /// I1: everybody holds the store's version, nothing waits, and the machine is in that state.
    private mutating func checkAgreement(
        of process: Int,
        _ number: Int,
        with stored: SimulatedServer.Stored?
    ) {
        let resource = processes[process].core.resources[number]
        let machine = processes[process].machines[number]
        let name = "process \(process), \(options.names[number])"
        if machine.cutOffFrom != nil { fail(.convergence, "\(name) still probes as if it were cut off") }
        if resource.pending != nil { fail(.convergence, "\(name) still has something to write") }
        if let stored {
            if resource.committed?.version != stored.shared.version {
                fail(.convergence, "\(name) holds \(resource.committedVersion), the store \(stored.shared.version)")
            }
        } else if let committed = resource.committed, committed.state != "CLOSED" {
            fail(.convergence, "\(name) holds \(committed.state), the store nothing")
        }
        let expected = resource.effective?.state ?? "CLOSED"
        let isProbing = machine.state == "HALF_OPEN" && expected == "OPEN"
        if machine.state != expected, !isProbing {
            fail(.convergence, "\(name)'s machine is \(machine.state), not \(expected)")
        }
        // I9: a learned deadline is never later than what its writer gave it (one that is over needs no precision).
        if let stored, stored.openUntil > 0, let deadline = machine.deadline, deadline > now {
            let lateMs = CoreDriver.serverStart + deadline / 1000 - stored.openUntil
            // A delivery takes up to 10 ms, and each re-seed of the version is one more.
            let reseeds = server.accepted.count { $0.mode == .merge && $0.new.shared.version == stored.shared.version }
            if lateMs > Int64(10 * (1 + reseeds)) { fail(.deadline, "\(name)'s deadline is \(lateMs) ms late") }
        }
    }
}
