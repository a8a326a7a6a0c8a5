/// A user name and a password for the store.
///
/// Printing one shows neither.
public struct RedisCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The ACL user; `nil` authenticates as the server's default user.
    public var username: String?
    /// The password.
    public var password: String

    /// Creates credentials.
    public init(username: String? = nil, password: String) {
        self.username = username
        self.password = password
    }

    /// Neither user name nor password.
    public var description: String { "RedisCredentials(…)" }
    /// Neither user name nor password.
    public var debugDescription: String { description }
    /// Without children, so that `dump` does not print the password either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
