/// A function that a program registered under a name, or a mention of the name alone.
///
/// Functions cannot be compared, so the place where one was registered stands for it: two registrations of one name are
/// two functions.
final class NamedFunction<Function: Sendable>: Sendable {
    let name: String
    let function: Function?
    /// Whether the function can raise events.
    let canRaise: Bool

    init(_ name: String, canRaise: Bool = false, _ function: Function?) {
        self.name = name
        self.function = function
        self.canRaise = canRaise
    }
}

/// A guard or an invariant on a context of which only the address is known.
typealias GuardFunction = @Sendable (ContextAddress) -> Bool

/// An action on a context of which only the address is known.
typealias ActionFunction = @Sendable (ContextAddress, inout RaisedEvents) throws -> Void

/// Where a machine's context is during one call.
///
/// The engine is not generic over contexts: it is compiled once and not for each of them in the user's module. Who made
/// the function and who passes the address agree on the type, because both are generic over it.
@safe
@usableFromInline
package struct ContextAddress {
    @usableFromInline let pointer: UnsafeMutableRawPointer

    /// The address of a context that stays where it is during the call.
    @inlinable
    package init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = pointer
    }
}
