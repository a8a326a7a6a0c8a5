import StateMachines

/// Which service of this process shares which machine: one at a time.
///
/// Two would each write what the machine decides, as two processes that know nothing of each other, and hand it each
/// other's states as news of the fleet. The table is the process's, because services do not know each other. It keeps
/// nothing alive: a service gives back what it has when it ends, and holds its machines until then, so that an identifier
/// in the table stands for one machine only.
enum SharingClaims {
    /// A service, as an error names it.
    struct Owner: Sendable, Hashable, CustomStringConvertible {
        var writer: WriterID
        /// That of its store.
        var address: String

        var description: String { "writer \(writer), \(address)" }
    }

    private static let owners = Locked<[ObjectIdentifier: Owner]>([:])

    /// Claims a machine that nobody has.
    ///
    /// - Returns: who has had it before, the same service perhaps; `nil` when the claim is new.
    static func claim(_ machine: any Shareable, for owner: Owner) -> Owner? {
        owners.withLock { owners in
            let earlier = owners[ObjectIdentifier(machine)]
            if earlier == nil { owners[ObjectIdentifier(machine)] = owner }
            return earlier
        }
    }

    /// Gives back those of the machines that the owner has.
    static func release(_ machines: [any Shareable], of owner: Owner) {
        owners.withLock { owners in
            for machine in machines where owners[ObjectIdentifier(machine)] == owner {
                owners[ObjectIdentifier(machine)] = nil
            }
        }
    }
}
