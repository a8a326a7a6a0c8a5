import ArgumentParser
import MachineFiles
import StateMachines

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
        let report = FindingReport(files.map { ($0, MachineFile(contentsOf: $0)) })
        switch output.format {
        case .json: try Console.print(JSONValue.array(report.objects).text)
        case .jsonl:
            for object in report.objects { try Console.print(object.text) }
        case .table:
            let color = output.usesColor(Terminal.standardOutput())
            for line in report.lines(color: color) { try Console.print(line) }
            if !output.quiet { Console.note(report.summary) }
        }
        let status = report.status(strict: strict)
        if status != .success { throw status.exitCode }
    }
}
