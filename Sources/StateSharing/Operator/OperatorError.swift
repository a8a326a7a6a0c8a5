/// Why an operator's decision, or the look at what is stored, came to nothing.
package struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that call for different behaviour.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name as it is printed.
        package let description: String

        /// Neither stored nor registered: perhaps a typo.
        package static let notFound = Code(description: "notFound")
        /// The table of states does not have this decision in the present state.
        package static let refused = Code(description: "refused")
        /// Somebody else changed it each time: nothing was decided, try again.
        package static let conflict = Code(description: "conflict")
        /// An answer was lost and somebody else's version stands there now: whether this decision ever held is unknown.
        package static let superseded = Code(description: "superseded")
        /// A name, duration or actor that cannot be stored.
        package static let invalid = Code(description: "invalid")
        /// The store failed; ``OperatorError/cause`` has its error.
        package static let store = Code(description: "store")
    }

    /// What kind of failure it was.
    package var code: Code
    /// What was refused, by whom, and what to do.
    package var message: String
    /// The store's error behind it.
    package var cause: StoreError?

    /// Creates an error.
    package init(_ code: Code, _ message: String, cause: StoreError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Wraps an error of the store.
    package init(_ cause: StoreError) {
        self.init(.store, cause.message, cause: cause)
    }

    package var description: String { "\(code): \(message)" }
}
