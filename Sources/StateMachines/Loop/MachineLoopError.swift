/// A ``MachineLoop`` did not let somebody at its context.
public struct MachineLoopError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why not.
    public struct Code: Sendable, Hashable {
        private enum Value: Sendable, Hashable { case full, notRunning }

        private let value: Value

        /// There is no room in the queue: try again when some of it has run.
        public static let full = Code(value: .full)
        /// The loop has not started, is draining or has stopped.
        public static let notRunning = Code(value: .notRunning)
    }

    /// Why not.
    public let code: Code
    /// The machine's name.
    public let machine: String

    /// One line that says which machine it is and what can be done.
    public var description: String {
        code == .full
            ? "the queue of the machine \(machine) is full: try again when some of it has run"
            : "the machine \(machine) is not running: it has not started (wait for started()), is draining or has stopped"
    }
}
