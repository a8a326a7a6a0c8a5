/// A seat cannot run a definition: it says what it cannot do and which seat can.
public struct MachineSeatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The machine's name.
    public let machine: String
    /// The seat that refused: `Machine` or `AtomicMachine`.
    public let seat: String
    /// Each part of the definition that the seat cannot run, and which seat can.
    public let reasons: [String]

    /// A line that names the machine and the seat, then all reasons, one a line.
    public var description: String {
        (["\(seat) cannot run the machine \(machine):"] + reasons).joined(separator: "\n")
    }
}

extension MachineDefinition {
    /// Throws if a machine with one owner cannot run the definition: it has no clock and no queue.
    func checkForOwner() throws(MachineSeatError) {
        let reasons = states.flatMap { $0.reasonsAgainst(isShared: false) }
        guard reasons.isEmpty else { throw MachineSeatError(machine: name, seat: "Machine", reasons: reasons) }
    }

    /// Throws if a shared machine cannot run the definition: there one event is one compare-and-swap.
    ///
    /// - Parameter raising: the actions that can raise events.
    /// - Throws: the error with all reasons.
    func checkForSharing(raising: [String]) throws(MachineSeatError) {
        let reasons =
            states.flatMap { $0.reasonsAgainst(isShared: true) }
            + raising.map { "the action \($0) can raise events: use Machine or MachineLoop" }
        guard reasons.isEmpty else { throw MachineSeatError(machine: name, seat: "AtomicMachine", reasons: reasons) }
    }
}

extension StateDefinition {
    fileprivate func reasonsAgainst(isShared: Bool) -> [String] {
        var reasons: [String] = []
        if timeout != nil { reasons.append("the state \(name) has a timeout: use MachineLoop") }
        if !self.defer.isEmpty { reasons.append("the state \(name) defers events: use MachineLoop") }
        guard isShared else { return reasons }
        if !always.isEmpty { reasons.append("the state \(name) has eventless rules: use Machine or MachineLoop") }
        if (always + on.flatMap(\.rules)).contains(where: { !$0.raises.isEmpty }) {
            reasons.append("a rule of the state \(name) raises events: use Machine or MachineLoop")
        }
        return reasons
    }
}
