import ArgumentParser
import StateMachines

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

    /// Runs the command that the command line says.
    ///
    /// As the argument parser's own `main`, but what that says of a wrong command line quotes it as it is.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            guard !code.isSuccess else { exit(withError: error) }
            let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            if lines.contains(where: { !$0.isEmpty }) { Console.complain(lines.map { String($0).printable(1024) }) }
            exit(withError: code)
        }
    }
}
