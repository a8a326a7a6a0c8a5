import ArgumentParser
import Foundation
import MachineFiles
import StateMachines

/// The one document that most commands about machines take.
struct MachineFileArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The machine, as YAML or JSON.", valueName: "file"))
    var file: String

    /// The definition in the file.
    ///
    /// - Throws: an exit code of 1 for one with errors and of 65 for one that is unreadable, with the findings on
    ///   standard error.
    func definition() throws -> MachineDefinition {
        let read = MachineFile(contentsOf: file)
        if let definition = read.definition { return definition }
        let report = FindingReport([(file, read)])
        Console.complain(report.lines(color: false))
        throw report.status(strict: false).exitCode
    }
}
