import ArgumentParser

/// How to print.
struct OutputOptions: ParsableArguments {
    /// The forms of output.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
        case jsonl
    }

    /// When to use colour.
    enum Color: String, ExpressibleByArgument, CaseIterable {
        case auto
        case always
        case never
    }

    @Option(help: "For people (table), or for programs (json, jsonl).")
    var format: Format = .table

    @Option(help: "Colour the states. auto: on a terminal, unless NO_COLOR is set.")
    var color: Color = .auto

    @Flag(name: .shortAndLong, help: "Print data only, no summary and no words about it.")
    var quiet = false

    func usesColor(_ terminal: Terminal) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: terminal.wantsColor
        }
    }
}
