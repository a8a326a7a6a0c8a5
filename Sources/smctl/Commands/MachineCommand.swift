import ArgumentParser

/// `smctl machine …`.
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Check state machines that are written as files.",
        subcommands: [MachineValidateCommand.self]
    )
}
