import ArgumentParser

/// `smctl breaker …`.
struct BreakerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breaker",
        abstract: "Look at breakers, override them, and check their configurations.",
        subcommands: [
            BreakerStatusCommand.self, BreakerWatchCommand.self, ForceOpenCommand.self, DisableCommand.self,
            ObserveCommand.self, OpenCommand.self, CloseCommand.self, ResetCommand.self, BreakerValidateCommand.self,
        ]
    )
}

/// A command that says what went wrong in its own words and ends with the number that goes with it.
protocol ReportingCommand: AsyncParsableCommand {
    func execute() async throws
}

extension ReportingCommand {
    func run() async throws {
        do {
            try await execute()
        } catch let failure as Failure {
            Console.note(failure.message)
            throw failure.status.exitCode
        }
    }
}
