/// A definition was refused.
public struct MachineDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The machine's name.
    public let machine: String
    /// Everything that was found, warnings too, in the order of the definition's parts.
    public let findings: [Finding]
    /// What of the program does not fit the definition: names without a function and the like.
    public let problems: [BindingProblem]

    init(machine: String, findings: [Finding], problems: [BindingProblem] = []) {
        self.machine = machine
        self.findings = findings
        self.problems = problems
    }

    /// A line that names the machine, then all findings and problems, one a line.
    public var description: String {
        (["machine \(machine) cannot be used:"] + findings.map(\.description) + problems.map(\.description))
            .joined(separator: "\n")
    }
}
