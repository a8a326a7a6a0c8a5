import ArgumentParser
import MachineFiles
import StateMachines

/// `smctl machine render`: a machine as a drawing, a table or JSON.
struct MachineRenderCommand: ReportingCommand {
    /// The forms there are.
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case mermaid
        case dot
        case table
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Draws a machine for Mermaid or Graphviz, or prints it as a legality table or JSON.",
        discussion: """
            With a coverage, as machine run --coverage writes it, drawings are heat maps, the table is marked and \
            summed up, and JSON is that summary. Ends with 1 when the machine has errors, with 65 when the machine or \
            the coverage cannot be read or is not of this machine and version.
            """
    )

    @OptionGroup var machine: MachineFileArgument

    @Option(name: .customLong("as"), help: "The form.")
    var form: Form = .mermaid

    @Option(help: ArgumentHelp("What was taken.", valueName: "file"))
    var coverage: String?

    func execute() async throws {
        let definition = try machine.definition()
        let text =
            if let coverage { try render(coverage: coverage, of: definition) } else {
                switch form {
                case .mermaid: Mermaid.render(definition)
                case .dot: DOT.render(definition)
                case .table: LegalityTable.render(definition)
                case .json: MachineFile.write(definition, as: .json)
                }
            }
        try Console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    private func render(coverage path: String, of definition: MachineDefinition) throws -> String {
        let coverage = try MachineCoverage(of: definition)
        guard try CoverageFile(path: path).read(into: coverage) else {
            throw Failure(.dataError, "\(path.shownPath): there is no such file")
        }
        return switch form {
        case .mermaid: Mermaid.render(coverage)
        case .dot: DOT.render(coverage)
        case .table: LegalityTable.render(coverage)
        case .json: coverage.summary.json
        }
    }
}
