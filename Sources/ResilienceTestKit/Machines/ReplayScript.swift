/// A script of events for a machine on a virtual clock: the commands of an `events.jsonl`.
public struct ReplayScript: Sendable, Hashable {
    /// What is done, in order.
    public var commands: [ReplayCommand]

    /// Creates a script from commands.
    public init(_ commands: [ReplayCommand]) {
        self.commands = commands
    }

    /// Runs the whole script.
    ///
    /// The machine starts before the first command that does more than prepare, or at the end.
    ///
    /// - Returns: what it prints, a line each.
    public func run(on subject: inout some ReplaySubject & ~Copyable) -> [ReplayLine] {
        var lines: [ReplayLine] = []
        var hasStarted = false
        for command in commands {
            if !hasStarted, !command.isPreparation {
                lines += subject.start()
                hasStarted = true
            }
            switch command {
            case .fire(let event): lines += subject.fire(event)
            case .advance(let milliseconds): lines += subject.advance(milliseconds: milliseconds)
            case .guard(let name, let value): subject.set(guard: name, to: value)
            case .fail(let name): subject.set(action: name, failing: true)
            case .heal(let name): subject.set(action: name, failing: false)
            case .pause: lines += subject.pause()
            case .resume: lines += subject.resume()
            case .reset: lines += subject.reset()
            case .drain(let milliseconds): lines += subject.drain(milliseconds: milliseconds)
            }
        }
        if !hasStarted { lines += subject.start() }
        return lines
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

    /// The wrong lines, in order; at least one.
    public var problems: [Problem]

    /// `3: there is no event jump`, a line each.
    public var description: String {
        problems.map { "\($0.line): \($0.message)" }.joined(separator: "\n")
    }
}
