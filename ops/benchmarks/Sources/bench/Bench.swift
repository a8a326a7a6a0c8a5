import Foundation

/// `bench [--filter TEXT] [--json]`.
@main
struct Bench {
    private static let usage = """
        usage: bench [--filter TEXT] [--json]

        Measures all rows in one run and prints nanoseconds an iteration (median and least), allocations an iteration,
        and the ratio to the row that each is measured against.

          --filter TEXT  only rows whose name contains TEXT, and what they are measured against
          --json         one JSON object a line instead of a table

        """

    /// What was asked for.
    private enum Command {
        case help
        case measure(filter: String, json: Bool)
    }

    /// The command line asks for something that there is not.
    private struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    /// Exits with 0, with 64 for a wrong command line (EX_USAGE), and with 1 for a row that is wrong.
    static func main() async {
        do {
            switch try command(CommandLine.arguments.dropFirst()) {
            case .help: print(usage, terminator: "")
            case .measure(let filter, let json): try await measure(filter, json: json)
            }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(error is UsageError ? 64 : 1)
        }
    }

    private static func command(_ arguments: ArraySlice<String>) throws(UsageError) -> Command {
        var arguments = arguments
        var filter = ""
        var json = false
        while let argument = arguments.popFirst() {
            switch argument {
            case "--help", "-h": return .help
            case "--json": json = true
            case "--filter":
                guard let text = arguments.popFirst() else { throw UsageError(description: "--filter needs a text") }
                filter = text
            default: throw UsageError(description: "unknown argument \(argument)\n\n\(usage)")
            }
        }
        return .measure(filter: filter, json: json)
    }

    private static func measure(_ filter: String, json: Bool) async throws {
        let sizes = try MemoryRows.measure(filter)
        let rows =
            try FloorRows.rows() + MachineRows.rows() + MixedRows.rows() + LoopRows.rows() + ValidationRows.rows()
            + BreakerRows.rows()
        guard FleetRows.names.contains(where: { filter.isEmpty || $0.contains(filter) }) else {
            return try await measure(rows, filter, sizes, json: json)
        }
        try await FleetRows.with { try await measure(rows + $0, filter, sizes, json: json) }
    }

    private static func measure(
        _ rows: [Row],
        _ filter: String,
        _ sizes: [Measurement],
        json: Bool
    ) async throws {
        let rows = try selected(filter, from: rows, orElse: !sizes.isEmpty)
        let measurements = try await sizes + Runner(rows: rows).measure()
        if json {
            for measurement in measurements {
                print(measurement.json)
            }
        } else {
            print(Measurement.table(measurements), terminator: "")
        }
    }

    /// The rows whose name contains a text, with those that they are measured against, in the same order.
    private static func selected(
        _ text: String,
        from rows: [Row],
        orElse mayBeEmpty: Bool
    ) throws(UsageError) -> [Row] {
        let wanted = rows.filter { text.isEmpty || $0.name.contains(text) }
        guard mayBeEmpty || !wanted.isEmpty else { throw UsageError(description: "no row's name contains \(text)") }
        let names = Set(wanted.map(\.name)).union(wanted.compactMap(\.against))
        let missing = names.subtracting(rows.map(\.name))
        precondition(missing.isEmpty, "rows are measured against \(missing), which do not exist")
        return rows.filter { names.contains($0.name) }
    }
}
