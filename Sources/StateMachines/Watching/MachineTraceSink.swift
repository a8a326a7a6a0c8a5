import Synchronization

/// Where the lines of traced machines go.
///
/// The function is called by whoever steps the machine, when the step and all that it caused has ended and before its
/// outcome is told. A shared machine has changed by then. So:
///
/// - a function that **blocks** holds up whoever fired the event, and a loop with it, whose queue then fills up to its
///   bound; other callers of a shared machine go on;
/// - one that **throws** loses the line, which ``lost`` counts; the machine's outcome stays what it was;
/// - one that **steps a traced machine** gets no line of that: it would never end. Those lines are counted in ``lost``.
///   It may fire at a shared machine and send to a loop; to fire at the very ``Machine`` whose step it is told of is
///   overlapping access, as it is in an action. A line for each event that it sends to a loop comes later, from the
///   loop's own task, so a function that answers each line with another event never ends.
///
/// Lines of one machine with an owner, or of one loop, come in order. Those of a shared machine come from all its callers:
/// their sequences tell the order. The function may be called by any number of threads at once.
public final class MachineTraceSink: Sendable {
    /// Whether the current task is in a sink.
    @TaskLocal private static var isWriting = false

    private let function: @Sendable (MachineTraceLine) throws -> Void
    private let count = Atomic<Int>(0)

    /// A sink that hands each line to a function.
    ///
    /// - Parameter function: takes a line; what may happen in it stands above.
    public init(_ function: @escaping @Sendable (MachineTraceLine) throws -> Void) {
        self.function = function
    }

    /// Lines as text on standard error, each in one piece; what cannot be written is lost and counted.
    public static let standardError = MachineTraceSink { line in try StandardError.write(line.description + "\n") }

    /// ``standardError`` if `DEBUG_EVENT_TRACE` is `true` in the environment, which is read once.
    ///
    /// Every table that is made then sends its lines here, unless it is given another sink.
    public static let fromEnvironment: MachineTraceSink? =
        StandardError.environment("DEBUG_EVENT_TRACE") == "true" ? standardError : nil

    /// How many lines were lost, because the function threw or stepped a traced machine.
    public var lost: Int { count.load(ordering: .relaxed) }

    func write(_ lines: [MachineTraceLine]) {
        guard !Self.isWriting else {
            count.wrappingAdd(lines.count, ordering: .relaxed)
            return
        }
        Self.$isWriting.withValue(true) {
            for line in lines {
                do {
                    try function(line)
                } catch {
                    count.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
    }
}
