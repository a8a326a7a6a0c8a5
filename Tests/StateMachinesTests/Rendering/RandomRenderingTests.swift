import Foundation
import ResilienceTestKit
import Testing

@testable import StateMachines

@Suite struct RandomRenderingTests {
    private static let isGraphvizDue =
        ProcessInfo.processInfo.environment["CI"] != nil || graphviz("-V", "").status == 0

    @Test func `Mermaid: every random diagram keeps to the grammar and shows every state once`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        for definition in definitions(seed: seed, count: 500) {
            let text = Mermaid.render(definition)
            let grammar = MermaidGrammar(text)
            let parents = definition.states.indices.map { definition.ancestry(of: $0).count - 1 }
            #expect(grammar.problems == [], "seed \(seed):\n\(text)")
            for (number, state) in definition.states.enumerated() {
                #expect(
                    grammar.boxesAround[id(state.name, in: text)]?.count == parents[number],
                    "\(state.name)\n\(text)"
                )
            }
            if !grammar.problems.isEmpty { return }
        }
    }

    @Test func `Mermaid: every random heat map keeps to the grammar`() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var count = 0
        var generator = MachineGenerator(seed: seed)
        for definition in definitions(seed: seed, count: 100) + (0..<100).map({ _ in generator.definition(.loop) }) {
            guard let coverage = try? MachineCoverage(of: definition) else { continue }
            coverage.markAtRandom(&random)
            let text = Mermaid.render(coverage)
            let problems = MermaidGrammar(text).problems
            #expect(problems == [], "seed \(seed):\n\(text)")
            let rows = LegalityTable.render(coverage).split(separator: "\n").filter { $0.hasPrefix("|") }
            #expect(rows.count == definition.states.count + 2)
            if !problems.isEmpty { return }
            count += text.contains("classDef") ? 1 : 0
        }
        #expect(count > 20)
    }

    @Test func `the checker of diagrams sees what is wrong`() {
        for wrong in [
            "stateDiagram-v2\n    a --> b", "    a --> b : go\n", "stateDiagram-v2\n    a-b --> c : go\n",
            "stateDiagram-v2\n    a --> end : go\n", "stateDiagram-v2\n    a --> b : x; y\n",
            "stateDiagram-v2\n    state a {\n        b\n",
            "stateDiagram-v2\n    state a {\n        b\n    }\n    a --> b : x\n",
            "stateDiagram-v2\n    a --> b : direction\n    TB --> a : go\n", "stateDiagram-v2\n    a\n    a\n",
            "stateDiagram-v2\n    a\n    class a b\n", "stateDiagram-v2\n    classDef x fill:#fff\n    class a x\n",
            "stateDiagram-v2\n    a --> b\n", "stateDiagram-v2\n    note right of a\n        x\n",
        ] {
            #expect(!MermaidGrammar(wrong).problems.isEmpty, "\(wrong)")
        }
    }

    @Test(.enabled(if: isGraphvizDue, "dot of Graphviz is not installed"))
    func `DOT: Graphviz takes every random graph, names with quotation marks too`() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var all = definitions(seed: seed, count: 60) + [drawn, TypedDefinition.door.definition]
        for index in all.indices where index % 10 == 0 {
            all[index].name = "a \"b\" \\ c\\\"\nd"
            all[index].events = all[index].events.map { "\($0)\"" }
            for state in all[index].states.indices where !all[index].states[state].on.isEmpty {
                all[index].states[state].on[0].event += "\"\\"
            }
        }
        // One graph a process: Graphviz 2.43 breaks its own memory on a long stream of graphs.
        // A third as heat maps, with bits as they come.
        var random = SeededGenerator(seed: seed)
        let graphs = all.enumerated()
            .map { index, definition in
                guard index % 3 == 1, let coverage = try? MachineCoverage(of: definition) else {
                    return DOT.render(definition)
                }
                coverage.markAtRandom(&random)
                return DOT.render(coverage)
            }
        #expect(graphs.contains { $0.contains("penwidth=2") } && graphs.contains { $0.contains("filled") })
        for graph in graphs {
            let drawing = Self.graphviz("-Tcanon", graph)
            // It may grumble about where it has to lead a line.
            let errors = drawing.errors.split(separator: "\n")
                .filter { line in !["spline", "shortest.c", "triangulation"].contains { line.contains($0) } }
            #expect(drawing.status == 0 && errors.isEmpty, "seed \(seed), \(drawing.errors):\n\(graph)")
            // The layout sees what the parser does not: arrows cut at a cluster that they do not leave.
            let layout = Self.graphviz("-Tplain", graph)
            #expect(!layout.errors.contains("cluster"), "seed \(seed), \(layout.errors):\n\(graph)")
        }
    }

    @Test func `the table has a row a state and a cell an event`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        for definition in definitions(seed: seed, count: 300) {
            let rows = LegalityTable.render(definition).split(separator: "\n")
            #expect(rows.count == definition.states.count + 2)
            let bars = rows.map { row in zip(" " + row, row).count { $0 != "\\" && $1 == "|" } }
            #expect(Set(bars).count == 1 && bars[0] >= definition.alphabet.count + 2, "seed \(seed):\n\(rows)")
        }
    }

    @Test func `definitions with errors are drawn all the same`() {
        let broken = machine(
            initial: "nowhere",
            state("a", in: "c", on: ["go": [to("gone")]]),
            state("b", in: "a"),
            state("c", in: "b"),
            state("d", in: "unknown", always: [to("d")])
        )
        for text in [
            Mermaid.render(broken), DOT.render(broken), LegalityTable.render(broken),
        ] {
            for name in ["a", "b", "c", "d"] { #expect(text.contains(name)) }
        }
    }

    private func definitions(seed: UInt64, count: Int) -> [MachineDefinition] {
        var random = WildDefinitions(seed: seed)
        let names = ["half-open", "end", "v1.2", "TBx", "s1", "s0_self", "direction", "note"]
        return (0..<count)
            .map { round in
                var definition = random.next()
                // Names that a drawing may misread, in a fourth of the definitions.
                guard round % 4 == 0 else { return definition }
                let name = names[round / 4 % names.count]
                if !definition.states.contains(where: { $0.name == name }) {
                    definition.states.append(
                        state(name, in: definition.states.first { !$0.isFinal }?.name, on: ["e0": [reenter()]])
                    )
                }
                return definition
            }
    }

    private func id(_ name: String, in text: String) -> String {
        for line in text.split(separator: "\n") {
            let words = line.drop { $0 == " " }
            guard words.hasPrefix("state \"\(name)\" as "), !words.hasSuffix("_self") else { continue }
            return words.dropFirst("state \"\(name)\" as ".count).split(separator: " ").first.map(String.init) ?? name
        }
        return name
    }

    /// Runs `dot` with a text as its input.
    private static func graphviz(_ argument: String, _ input: String) -> (status: Int32, output: String, errors: String)
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dot-\(UUID().uuidString)")
        let files = ["in", "out", "err"].map { folder.appending(path: $0) }
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in files { try Data(file == files[0] ? input.utf8 : "".utf8).write(to: file) }
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["dot", argument]
            process.standardInput = try FileHandle(forReadingFrom: files[0])
            process.standardOutput = try FileHandle(forWritingTo: files[1])
            process.standardError = try FileHandle(forWritingTo: files[2])
            try process.run()
            process.waitUntilExit()
            let texts = try files[1...].map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
            return (process.terminationStatus, texts[0], texts[1])
        } catch {
            return (-1, "", "\(error)")
        }
    }
}
