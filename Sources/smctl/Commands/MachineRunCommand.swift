import ArgumentParser
import ResilienceTestKit
import StateMachines

/// `smctl machine run`: what a machine does with a script of events, on a virtual clock.
struct MachineRunCommand: ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a machine through a script of events, on a virtual clock.",
        discussion: """
            The script has one object a line: {"fire": "start"} (with "token", "version", "ifSequence"), \
            {"advance": "30s"}, {"guard": "ready", "value": false}, {"fail": "note"}, {"heal": "note"}, \
            {"pause": true}, {"resume": true}, {"reset": true}, {"drain": "5s"}. Guards and invariants are true and \
            actions succeed unless it says otherwise. Prints one object for each event and each change of life. Ends \
            with 1 when the machine has errors, with 65 when the machine, the script or the coverage cannot be read. With \
            DEBUG_EVENT_TRACE=true in the environment a line for each step goes to standard error.
            """
    )

    @OptionGroup var machine: MachineFileArgument

    @Option(help: ArgumentHelp("The script.", valueName: "file"))
    var events: String

    @Option(
        help: ArgumentHelp(
            "Where what was taken is marked; what an earlier run of the same machine has marked stays.",
            valueName: "file"
        )
    )
    var coverage: String?

    func execute() async throws {
        let definition = try machine.definition()
        let bytes = try InputFile(path: events, kind: "script", limit: 64 << 20).bytes()
        let script: ReplayScript
        do throws(ReplayScriptError) {
            script = try ReplayScript(jsonLines: bytes, for: definition)
        } catch {
            Console.complain(error.problems.map { "\(events.shownPath):\($0.line): \($0.message)" })
            if error.omitted > 0 { Console.complain(["\(events.shownPath): and \(error.omitted) more"]) }
            throw ExitStatus.dataError.exitCode
        }
        let file = coverage.map(CoverageFile.init(path:))
        let taken = try file.map { _ in try MachineCoverage(of: definition) }
        // Before anything runs, and again when it has.
        if let file, let taken { try file.begin(taken) }
        var subject = LoopReplay(definition, coverage: taken)
        var page: [String] = []
        try script.run(on: &subject) { lines in
            page += lines.map(\.description)
            guard page.count > 256 else { return }
            try Console.print(page.joined(separator: "\n"))
            page = []
        }
        // Before the last page, since nobody may read any more; but what was run is printed whether it can be marked or not.
        var unmarked: Failure?
        if let file, let taken {
            do throws(Failure) { try file.add(taken) } catch { unmarked = error }
        }
        if !page.isEmpty { try Console.print(page.joined(separator: "\n")) }
        if let unmarked { throw unmarked }
    }
}
