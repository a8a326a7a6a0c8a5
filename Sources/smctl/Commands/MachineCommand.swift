import ArgumentParser

/// `smctl machine …`.
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Check, run and explain state machines that are written as files.",
        subcommands: [
            MachineValidateCommand.self, MachineRunCommand.self, MachineExplainCommand.self, MachinePathsCommand.self,
            MachineGenerateCommand.self, MachineRenderCommand.self,
        ]
    )
}
