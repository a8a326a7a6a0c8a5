/// What a store has of one breaker, with instants in place of the time left: milliseconds of the server's clock.
package struct BreakerStatus: Sendable, Hashable {
    /// Until when automatic transitions are held off.
    package enum Expiry: Sendable, Hashable {
        /// Until an operator decides otherwise.
        case never
        /// Until then; when that has passed, the first process that looks puts an end to it.
        case at(Int64)
    }

    /// Which one.
    package let resource: ResourceID
    /// Its full name; the encoded one where only a hash of it is known.
    package let name: String
    /// What is stored; `nil` = registered only: nobody has an opinion yet.
    package let version: SharedVersion?
    /// When it was read; an instant that had passed by then is given as this one.
    package let readAtMs: Int64

    /// Creates a status from what was read at the given server time.
    package init(resource: ResourceID, name: String?, version: SharedVersion?, readAtMs: Int64) {
        self.resource = resource
        self.name = name ?? resource.decodedName ?? resource.id
        self.version = version
        self.readAtMs = readAtMs
    }

    /// The wire name of the state; what is not stored is CLOSED.
    package var state: String { version?.state ?? SharedBreakerState.closed.rawValue }

    /// The state; `nil` for one of a later release.
    package var knownState: SharedBreakerState? { SharedBreakerState(rawValue: state) }

    /// When OPEN ends; `nil` without a deadline.
    package var openUntil: Int64? { version?.remainingMs.map { readAtMs + $0 } }

    /// Until when it is held; `nil` = not held.
    package var expiry: Expiry? {
        switch version?.hold {
        case nil, .some(.none): nil
        case .forever: .never
        case .remaining(let ms): .at(readAtMs + ms)
        }
    }

    /// Milliseconds until OPEN ends, 0 when it has ended; `nil` without a deadline.
    package func retryInMs(at nowMs: Int64) -> Int64? {
        openUntil.map { max(0, $0 - nowMs) }
    }

    /// Whether its hold has run out without anybody having put an end to it yet.
    package func isExpired(at nowMs: Int64) -> Bool {
        switch expiry {
        case .at(let instant): instant <= nowMs
        case .never, nil: false
        }
    }

    /// Whether it refuses calls, as far as the store knows.
    package func refusesCalls(at nowMs: Int64) -> Bool {
        knownState?.refusesCalls == true && !isExpired(at: nowMs)
    }
}
