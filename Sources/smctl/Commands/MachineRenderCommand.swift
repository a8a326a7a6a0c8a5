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
        abstract: "Draws a machine for Mermaid or Graphviz, or prints it as a legality table or JSON."
    )

    @OptionGroup var machine: MachineFileArgument

    @Option(name: .customLong("as"), help: "The form.")
    var form: Form = .mermaid

    func execute() async throws {
        let definition = try machine.definition()
        let text =
            switch form {
            case .mermaid: Mermaid.render(definition)
            case .dot: DOT.render(definition)
            case .table: LegalityTable.render(definition)
            case .json: MachineFile.write(definition, as: .json)
            }
        try Console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }
}
