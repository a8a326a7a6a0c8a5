import ArgumentParser
import MachineFiles

/// `smctl machine validate`: all that is wrong or doubtful about files.
struct MachineValidateCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Finds all that is wrong or doubtful about machines in YAML or JSON.",
        discussion: """
            One line a finding: FILE:LINE:COLUMN: severity: message [CODE]. Ends with 0 without errors, with 1 when there \
            is one, with 65 when a file cannot be read as YAML or JSON.
            """
    )

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    @Flag(help: "End with 1 for a warning, too.")
    var strict = false

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        try FindingReport(files.map { ($0, MachineFile(contentsOf: $0)) }).print(output, strict: strict)
    }
}
