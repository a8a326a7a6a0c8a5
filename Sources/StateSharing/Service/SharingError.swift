/// Why a machine cannot be shared, or a service not be made.
public struct SharingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of refusal.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name as it is printed.
        public let description: String

        /// A value of the configuration is out of its range.
        public static let invalidConfiguration = Code(description: "invalidConfiguration")
        /// A machine of that kind and name is shared already.
        public static let alreadyShared = Code(description: "alreadyShared")
        /// Another sharing service of this process shares the machine, and both would write.
        public static let sharedByAnother = Code(description: "sharedByAnother")
        /// The service runs, or has run: it does so once.
        public static let alreadyRun = Code(description: "alreadyRun")
        /// The name is empty or longer than 1024 bytes.
        public static let invalidName = Code(description: "invalidName")
        /// As many machines as the configuration allows are shared already.
        public static let tooManyResources = Code(description: "tooManyResources")
    }

    /// What kind of refusal it is.
    public var code: Code
    /// What was refused, why, and how to mend it.
    public var message: String

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
