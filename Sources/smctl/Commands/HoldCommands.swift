import ArgumentParser
import StateSharing

/// `smctl breaker force-open`: refuse all calls.
struct ForceOpenCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "force-open",
        abstract: "Refuse all calls in the whole fleet, until it is reset or for a while."
    )

    @OptionGroup var hold: HoldOptions
    @OptionGroup var options: DecisionOptions

    func execute() async throws {
        try await options.decide(.forceOpen(forMs: hold.duration?.milliseconds), create: hold.create)
    }
}

/// `smctl breaker disable`: let all calls pass, unmeasured.
struct DisableCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let all calls pass and record nothing, until it is reset or for a while."
    )

    @OptionGroup var hold: HoldOptions
    @OptionGroup var options: DecisionOptions

    func execute() async throws {
        try await options.decide(.disable(forMs: hold.duration?.milliseconds), create: hold.create)
    }
}

/// `smctl breaker observe`: let all calls pass and measure.
struct ObserveCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "observe",
        abstract: "Let all calls pass and only measure (METRICS_ONLY), until it is reset or for a while."
    )

    @OptionGroup var hold: HoldOptions
    @OptionGroup var options: DecisionOptions

    func execute() async throws {
        try await options.decide(.observe(forMs: hold.duration?.milliseconds), create: hold.create)
    }
}
