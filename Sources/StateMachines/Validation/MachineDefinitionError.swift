/// A definition was refused.
public struct MachineDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The machine's name.
    public let machine: String
    /// Everything that was found, warnings too, in the order of the definition's parts.
    public let findings: [Finding]

    init(machine: String, findings: [Finding]) {
        self.machine = machine
        self.findings = findings
    }

    /// A line that names the machine, then all findings, one a line.
    public var description: String {
        (["machine \(machine) cannot be used:"] + findings.map(\.description)).joined(separator: "\n")
    }
}
