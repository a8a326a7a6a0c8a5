import ArgumentParser
import StateMachines

/// `smctl machine generate`: a machine as Swift source.
struct MachineGenerateCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Writes a machine as Swift source that needs no library.",
        discussion: """
            A literal table says which program answers a pair, an exhaustive switch does it. A machine with timeouts \
            or deferral needs a loop and is refused with 1.
            """
    )

    @OptionGroup var machine: MachineFileArgument

    @Option(help: "The name of the type. Else made from the machine's: record-sync is RecordSync.")
    var type: String?

    func validate() throws {
        guard let type else { return }
        let isName = type.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName, type.first?.isLetter == true else {
            throw ValidationError("--type must be letters, digits and _, the first a letter")
        }
    }

    func execute() async throws {
        let definition = try machine.definition()
        var source: SwiftSource
        do throws(SwiftSource.Unsupported) {
            source = try SwiftSource(definition, type: type)
        } catch {
            throw Failure(.checkFailed, "\(machine.file.shownPath): \(error.description)")
        }
        // The text ends its last line itself.
        try Console.print(String(source.text.dropLast()))
    }
}
