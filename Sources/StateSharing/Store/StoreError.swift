/// Why a store could not do what it was asked, and what to do about it.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that call for different behaviour (fleet protocol, section 11).
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name as it is printed.
        public let description: String

        /// Not connected, refused, reset, or timed out while connecting: nothing was sent, or the outcome is unknown.
        public static let unreachable = Code(description: "unreachable")
        /// Sent, but no answer in time: the outcome is unknown, sending again is safe.
        public static let timedOut = Code(description: "timedOut")
        /// The server is a replica: resolve anew.
        public static let readOnly = Code(description: "readOnly")
        /// The server is starting or has lost its primary: wait.
        public static let loading = Code(description: "loading")
        /// Out of memory, persistence broken or too few replicas: nothing was written, try later.
        public static let writesRefused = Code(description: "writesRefused")
        /// A script blocks the server: wait.
        public static let busy = Code(description: "busy")
        /// Wrong credentials or missing rights.
        public static let denied = Code(description: "denied")
        /// Somebody else's data stands under one of our keys.
        public static let wrongType = Code(description: "wrongType")
        /// The store refused our arguments: a mistake in this library, never retried.
        public static let badArguments = Code(description: "badArguments")
        /// Too much is waiting already.
        public static let overloaded = Code(description: "overloaded")
        /// The reply was not what the protocol says, or beyond its limits.
        public static let protocolViolation = Code(description: "protocolViolation")
        /// The caller was cancelled while it waited: the outcome is unknown, and nothing failed.
        public static let cancelled = Code(description: "cancelled")
        /// The server runs in a mode that this release does not support.
        public static let unsupported = Code(description: "unsupported")
    }

    /// What kind of failure it was.
    public var code: Code
    /// What was refused, by whom and why; no secrets.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
