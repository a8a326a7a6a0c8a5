import StateSharing

/// A breaker's status as JSON; fields are only ever added.
enum StatusJSON {
    static func members(of status: BreakerStatus, processes: Int, nowMs: Int64) -> [String: JSONValue] {
        let version = status.version
        return [
            "actor": .optional(version?.actor),
            "attempts": .optional(version?.attempts),
            "epoch": .optional(version?.epoch),
            "expiresAt": expiry(status.expiry),
            "failureRate": version?.failureRateBp.map { .rate(basisPoints: $0) } ?? .null,
            "lastModified": .optional(version?.lastModified),
            "name": .string(status.name),
            "openUntil": .optional(status.openUntil),
            "processes": .integer(Int64(processes)),
            "reason": .optional(version?.reason),
            "retryInMs": .optional(status.retryInMs(at: nowMs)),
            // Snapshots do not carry it.
            "slowCallRate": .null,
            "state": .string(status.state),
            "writer": .optional(version?.version.writer.description),
        ]
    }

    static func object(_ status: BreakerStatus, processes: Int, nowMs: Int64) -> JSONValue {
        .object(members(of: status, processes: processes, nowMs: nowMs))
    }

    private static func expiry(_ expiry: BreakerStatus.Expiry?) -> JSONValue {
        switch expiry {
        case nil: .null
        case .never: .string("never")
        case .at(let instant): .integer(instant)
        }
    }
}
