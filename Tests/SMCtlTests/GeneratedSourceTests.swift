import FleetTestSupport
import Foundation
import ResilienceTestKit
import StateMachines
import Testing

/// Generated source, compiled and run beside the interpreter and the engine.
@Suite(.enabled(if: Tool.areAvailable("swiftc"), "needs swiftc"))
struct GeneratedSourceTests {
    /// What costs time is to compile the machines, not to run them: 30 of them, and more than 10 000 cases.
    private static let randomMachines = 29
    private static let casesPerMachine = 350

    /// Compiles a program of the machines that takes commands from a file.
    private func compile(_ machines: [MachineDefinition], in folder: URL) throws -> URL {
        var source = ""
        for (number, machine) in machines.enumerated() {
            var generated = try SwiftSource(machine, type: "M\(number)")
            source += generated.text + Self.driver.replacingOccurrences(of: "TYPE", with: "M\(number)")
        }
        let cases = machines.indices.map { "        case \($0): runM\($0)(lines)\n" }.joined()
        source += Self.main.replacingOccurrences(of: "CASES", with: cases)
        let file = folder.appendingPathComponent("main.swift")
        try Data(source.utf8).write(to: file)
        let program = folder.appendingPathComponent("generated")
        try Tool.run(
            "swiftc",
            ["-swift-version", "6", "-warnings-as-errors", "-Onone", file.path, "-o", program.path]
        )
        return program
    }

    @Test func `generated, compiled and interpreted machines do the same`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var generator = MachineGenerator(seed: seed)
        let machines = [Self.awkward] + (0..<Self.randomMachines).map { _ in generator.definition(.owner) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("generate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try compile(machines, in: folder)
        var commands = ""
        var expected: [String] = []
        for (number, machine) in machines.enumerated() {
            for _ in 0..<Self.casesPerMachine {
                var script = generator.plainScript(for: machine)
                for index in script.commands.indices {
                    // The source has no optimistic form.
                    guard case .fire(let event) = script.commands[index] else { continue }
                    script.commands[index] = .fire(ReplayEvent(event.name))
                }
                commands += "machine \(number)\n" + script.commands.map { Self.text($0) + "\n" }.joined()
                var interpreter = ReferenceInterpreter(machine)
                var loop = LoopReplay(machine)
                let lines = script.run(on: &interpreter)
                #expect(lines == script.run(on: &loop))
                expected += lines.map(Self.text)
            }
        }
        let file = folder.appendingPathComponent("commands")
        try Data(commands.utf8).write(to: file)
        let result = try await ChildProcess(program, [file.path], folder: folder).end()
        let actual = result.output.split(separator: "\n").map(String.init)
        #expect(result.status == 0, "\(result.errors)")
        #expect(actual.count == expected.count)
        for (actual, expected) in zip(actual, expected) where actual != expected {
            Issue.record("seed \(seed)\ngenerated:   \(actual)\ninterpreted: \(expected)")
            return
        }
    }

    @Test func `a machine that needs a loop is refused`() {
        let state = StateDefinition(name: "a", defer: ["e"])
        let definition = MachineDefinition(name: "m", initial: "a", events: ["e"], states: [state])
        #expect(throws: SwiftSource.Unsupported.self) { try SwiftSource(definition) }
    }

    /// Names that are none in Swift, or that meet when their characters are replaced.
    private static let awkward = MachineDefinition(
        name: "self",
        initial: "init",
        events: ["a.b", "a-b", "a_b", "default", "_", "Type"],
        guards: ["if", "allCases", "rawValue"],
        actions: ["throw", "_"],
        states: [
            StateDefinition(
                name: "init",
                exit: ["throw"],
                on: [
                    EventRules("a.b", [RuleDefinition(.move(to: "self"), if: .not(.guard("if")))]),
                    EventRules("a-b", [RuleDefinition(.stay, if: .guard("allCases"), do: ["_"], raise: ["Type"])]),
                    EventRules("a_b", [RuleDefinition(.reenter, if: .any([.guard("rawValue"), .guard("if")]))]),
                    EventRules("Type", [RuleDefinition(.move(to: "self"))]),
                ]
            ),
            StateDefinition(
                name: "self",
                on: [EventRules("default", [RuleDefinition(.move(to: "init"))])],
                ignore: ["_"]
            ),
        ]
    )

    private static func text(_ command: ReplayCommand) -> String {
        switch command {
        case .fire(let event): "fire \(event.name)"
        case .guard(let name, let value): "guard \(name) \(value)"
        case .fail(let name): "fail \(name)"
        case .heal(let name): "heal \(name)"
        case .reset, .advance, .pause, .resume, .drain: "reset"
        }
    }

    /// What the program prints for a line: without the words that only the engine knows.
    private static func text(_ line: ReplayLine) -> String {
        let words = line.trace.filter { word in
            ["guard:", "act:", "fail:", "invariant:"].contains { word.hasPrefix($0) }
        }
        let outcome = (line.outcome ?? "-") + (line.phase?.capitalized ?? "")
        return ([outcome, line.state, "\(line.sequence)"] + words).joined(separator: " ")
    }

    private static let driver = """

        private struct TYPEProbe: TYPEHooks {
            struct Failure: Error {}
            var isFalse: Set<String> = []
            var failing: Set<String> = []
            var words: [String] = []
            mutating func isTrue(_ guard: TYPE.Guard) -> Bool {
                let name = `guard`.rawValue
                words.append("guard:\\(name)=\\(!isFalse.contains(name))")
                return !isFalse.contains(name)
            }
            mutating func holds(_ invariant: TYPE.Invariant) -> Bool {
                let name = invariant.rawValue
                if isFalse.contains(name) { words.append("invariant:\\(name)=false") }
                return !isFalse.contains(name)
            }
            mutating func run(_ action: TYPE.Action, raise: (TYPE.Event) -> Void) throws {
                let name = action.rawValue
                words.append((failing.contains(name) ? "fail:" : "act:") + name)
                if failing.contains(name) { throw Failure() }
            }
        }

        func runTYPE(_ commands: [[String]]) {
            var machine = TYPE()
            var probe = TYPEProbe()
            var hasStarted = false
            func show(_ outcome: String) {
                print(([outcome, machine.state.rawValue, "\\(machine.sequence)"] + probe.words).joined(separator: " "))
                probe.words = []
            }
            func start() {
                if hasStarted { return }
                hasStarted = true
                machine.start(&probe)
                show("-")
            }
            for command in commands {
                switch command[0] {
                case "guard" where command[2] == "true": probe.isFalse.remove(command[1])
                case "guard": probe.isFalse.insert(command[1])
                case "fail": probe.failing.insert(command[1])
                case "heal": probe.failing.remove(command[1])
                case "reset":
                    start()
                    machine.reset()
                    show("-")
                default:
                    start()
                    let event = TYPE.Event.allCases.first { $0.rawValue == command[1] }!
                    let outcome = machine.fire(event, &probe)
                    show(outcome.rawValue)
                }
            }
            start()
        }

        """

    private static let main = """
        import Foundation

        func run(_ machine: Int, _ lines: [[String]]) {
            switch machine {
        CASES
            default: break
            }
        }

        let text = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
        var machine = -1
        var lines: [[String]] = []
        for line in text.split(separator: "\\n").map({ $0.split(separator: " ").map(String.init) }) {
            if line[0] == "machine" {
                run(machine, lines)
                machine = Int(line[1])!
                lines = []
            } else {
                lines.append(line)
            }
        }
        run(machine, lines)
        """
}
