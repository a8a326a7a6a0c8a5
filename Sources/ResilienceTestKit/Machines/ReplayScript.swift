/// A script of events for a machine on a virtual clock: the commands of an `events.jsonl`.
public struct ReplayScript: Sendable, Hashable {
    /// What is done, in order.
    public var commands: [ReplayCommand]

    /// Creates a script from commands.
    public init(_ commands: [ReplayCommand]) {
        self.commands = commands
    }

    /// How far the clock goes at once, in milliseconds; to go on twice is to go on once.
    ///
    /// A timer that is armed anew each millisecond must not fill the memory with its lines.
    private static let stride: Int64 = 300_000

    /// Runs the whole script.
    ///
    /// The machine starts before the first command that does more than prepare, or at the end.
    ///
    /// - Returns: what it prints, a line each.
    public func run(on subject: inout some ReplaySubject & ~Copyable) -> [ReplayLine] {
        var lines: [ReplayLine] = []
        run(on: &subject) { lines += $0 }
        return lines
    }

    /// Runs the whole script and hands the lines over as they come.
    ///
    /// - Parameters:
    ///   - subject: the machine; not started.
    ///   - print: takes the lines that a command has caused.
    /// - Throws: what `print` throws; that ends the run.
    public func run<Failure>(
        on subject: inout some ReplaySubject & ~Copyable,
        print: ([ReplayLine]) throws(Failure) -> Void
    ) throws(Failure) {
        var hasStarted = false
        for command in commands {
            if !hasStarted, !command.isPreparation {
                try print(subject.start())
                hasStarted = true
            }
            switch command {
            case .fire(let event): try print(subject.fire(event))
            case .advance(let milliseconds):
                for passed in Swift.stride(from: 0, through: milliseconds, by: Int(Self.stride)) {
                    try print(subject.advance(milliseconds: min(Self.stride, milliseconds - passed)))
                }
            case .guard(let name, let value): subject.set(guard: name, to: value)
            case .fail(let name): subject.set(action: name, failing: true)
            case .heal(let name): subject.set(action: name, failing: false)
            case .pause: try print(subject.pause())
            case .resume: try print(subject.resume())
            case .reset: try print(subject.reset())
            case .drain(let milliseconds): try print(subject.drain(milliseconds: milliseconds))
            }
        }
        if !hasStarted { try print(subject.start()) }
    }
}

/// Why a text is no script: all lines that are wrong.
public struct ReplayScriptError: Error, Hashable, CustomStringConvertible {
    /// A line that is wrong.
    public struct Problem: Sendable, Hashable {
        /// The line, counted from 1.
        public var line: Int
        /// What is wrong with it.
        public var message: String
    }

    /// So many are kept; a script may have millions of lines.
    public static let maximumProblems = 1000

    /// The wrong lines, in order; at least one, at most ``maximumProblems``.
    public var problems: [Problem]
    /// How many more lines are wrong.
    public var omitted = 0

    /// `3: there is no event jump`, a line each.
    public var description: String {
        let lines = problems.map { "\($0.line): \($0.message)" }
        return (lines + (omitted > 0 ? ["and \(omitted) more"] : [])).joined(separator: "\n")
    }
}
