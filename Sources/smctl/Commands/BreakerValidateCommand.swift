import ArgumentParser
import BreakerFiles

/// `smctl breaker validate`: all that is wrong with files of breakers.
struct BreakerValidateCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Finds all that is wrong with configurations of breakers in YAML or JSON.",
        discussion: """
            One line a finding: FILE:LINE:COLUMN: severity: message [code]. Ends with 0 without findings, with 1 when there \
            is one, with 65 when a file cannot be read as YAML or JSON.
            """
    )

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func execute() async throws {
        try FindingReport(files.map { ($0, BreakerFile(contentsOf: $0)) }).print(output, strict: false)
    }
}
