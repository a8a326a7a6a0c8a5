/// The last lines of a trace, in memory: for tests, and for a program that shows what a machine has just done.
public final class MachineTraceLog: Sendable {
    private struct Ring {
        /// The oldest stands at `oldest` once the ring is full.
        var lines: [MachineTraceLine] = []
        var oldest = 0
        var dropped = 0
    }

    /// How many lines are kept; the oldest go first.
    public let limit: Int
    private let ring = Locked(Ring())

    /// Creates an empty log.
    ///
    /// - Parameter limit: how many lines are kept, at least 1; default 1024.
    public init(limit: Int = 1024) {
        precondition(limit >= 1, "a log of \(limit) lines: it must keep at least 1")
        self.limit = limit
    }

    /// A sink that puts lines into this log.
    public var sink: MachineTraceSink { MachineTraceSink { self.append($0) } }

    /// The lines that are kept, the oldest first.
    public var lines: [MachineTraceLine] {
        ring.withLock { Array($0.lines[$0.oldest...] + $0.lines[..<$0.oldest]) }
    }

    /// How many lines had to go to make room.
    public var dropped: Int { ring.withLock { $0.dropped } }

    private func append(_ line: MachineTraceLine) {
        ring.withLock { ring in
            guard ring.lines.count == limit else { return ring.lines.append(line) }
            ring.lines[ring.oldest] = line
            ring.oldest = (ring.oldest + 1) % limit
            ring.dropped += 1
        }
    }
}
