import MachineFiles
import StateMachines

/// A large machine's file: read, checked for its form and its meaning, all findings given their place.
enum ValidationRows {
    private static let states = 200
    private static let rulesEach = 10

    static func rows() throws -> [Row] {
        let bytes = Array(text.utf8)
        return [
            Row("machine.validate") { iterations in
                var good: UInt64 = 0
                for _ in 0..<iterations {
                    let file = MachineFile(bytes: bytes)
                    good &+= file.definition.map { count(of: $0) == states * rulesEach } == true ? 1 : 0
                }
                return good
            }
        ]
    }

    private static func count(of definition: MachineDefinition) -> Int {
        definition.states.reduce(0) { $0 + $1.on.reduce(0) { $0 + $1.rules.count } }
    }

    /// 200 states, one in ten the parent of the nine behind it, each with 2000 / 200 rules: half of them without guard, the
    /// others with guards that have to be compared.
    private static var text: String {
        var lines = ["machine: large", "initial: s0", "states:"]
        for number in 0..<states {
            func other(_ distance: Int) -> String { "s\((number + distance) % states)" }
            lines.append("  s\(number):")
            if number % 10 != 0 { lines.append("    parent: s\(number / 10 * 10)") }
            lines += [
                "    entry: [a, b]",
                "    on:",
                "      e0: [{ to: \(other(1)), if: { all: [g, { not: h }] } }, { to: \(other(2)), if: { all: [g, h] }, do: a }]",
                "      e1: [{ to: \(other(7)), if: { any: [g, h, k] } }, { stay: true, do: [a, b] }]",
                "      e2: \(other(3))",
                "      e3: { reenter: true }",
                "      e4: [{ to: \(other(4)), if: h }, { to: \(other(5)), if: { not: h } }]",
                "      e5: { stay: true, raise: e6 }",
                "      e6: \(other(6))",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
