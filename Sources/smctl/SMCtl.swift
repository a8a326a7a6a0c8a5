import ArgumentParser

/// `smctl`: what the people on call see and change.
@main
struct SMCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smctl",
        abstract: "Shows and changes the breakers that a fleet shares."
    )
}
