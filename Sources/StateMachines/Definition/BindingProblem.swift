/// Why the names of a definition and the functions and symbols of a program do not fit together.
public struct BindingProblem: Sendable, Hashable, CustomStringConvertible {
    /// What the name stands for.
    public enum Subject: String, Sendable, Hashable {
        /// A state.
        case state
        /// An event.
        case event
        /// A guard.
        case `guard`
        /// An action.
        case action
        /// An invariant.
        case invariant
    }

    /// What is wrong with it.
    public enum Kind: Sendable, Hashable {
        /// The definition uses the name, and no function is registered for it.
        case noFunction
        /// Two functions are registered for it.
        case twoFunctions
        /// The definition has the state or event, and the enum has no such case.
        case noCase
        /// The enum has the case, and the definition has no such state or event.
        case noName
        /// The symbol's raw value is not its position in `allCases`, or the cases are not declared in that order.
        case misplaced
    }

    /// What the name stands for.
    public let subject: Subject
    /// The name.
    public let name: String
    /// What is wrong with it.
    public let kind: Kind

    init(_ subject: Subject, _ name: String, _ kind: Kind) {
        self.subject = subject
        self.name = name
        self.kind = kind
    }

    /// One line.
    public var description: String {
        switch kind {
        case .noFunction: "the \(subject) \(name) has no function"
        case .twoFunctions: "the \(subject) \(name) has two functions: make it once, as a constant, and use that"
        case .noCase: "the \(subject) \(name) is no case of the enum"
        case .noName: "the \(subject) \(name) of the enum is not in the definition"
        case .misplaced: "the \(subject) \(name) does not have its position in allCases as its raw value"
        }
    }
}
