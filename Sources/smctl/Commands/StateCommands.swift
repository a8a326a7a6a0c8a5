import ArgumentParser
import StateSharing

/// `smctl breaker open`: as if it had tripped.
struct OpenCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Refuse calls for a while, then probe, as after a trip."
    )

    @Option(name: .customLong("for"), help: ArgumentHelp("For how long; 0s probes at once.", valueName: "duration"))
    var duration = DurationArgument(milliseconds: 30_000)

    @OptionGroup var options: DecisionOptions

    func validate() throws {
        guard duration.milliseconds <= OperatorDecision.maximumMs else {
            throw ValidationError("--for must be at most \(OperatorDecision.maximumMs)ms")
        }
    }

    func execute() async throws {
        try await options.decide(.open(forMs: duration.milliseconds))
    }
}

/// `smctl breaker close`: end an open period.
struct CloseCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "End an open period. What an operator forced open, disabled or observes is only ended by reset."
    )

    @OptionGroup var options: DecisionOptions

    func execute() async throws {
        try await options.decide(.close)
    }
}

/// `smctl breaker reset`: back to the start from any state.
struct ResetCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Back to CLOSED with an empty window, from any state, an operator's too."
    )

    @OptionGroup var options: DecisionOptions

    func execute() async throws {
        try await options.decide(.reset)
    }
}
