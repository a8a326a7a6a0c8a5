import ArgumentParser

/// `smctl`: what the people on call see and change, and what checks machines.
@main
struct SMCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smctl",
        abstract: "Shows and changes the breakers that a fleet shares, checks state machines, and replays traces.",
        discussion: """
            Exit codes: 0 done · 1 a check failed · 2 no such breaker · 64 usage · 65 unreadable file · \
            69 store unreachable · 74 output not written · 75 try again · 77 not permitted.
            """,
        version: "0.1.0",
        subcommands: [BreakerCommand.self, MachineCommand.self, TraceCommand.self]
    )
}
