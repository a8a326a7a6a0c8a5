/// Something that did not happen in time.
struct TookTooLong: Error, CustomStringConvertible {
    let description: String
}

/// Looks until the condition holds, at most for the given time; generous, because the machine may be busy.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(20),
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else { throw TookTooLong(description: "\(what) did not happen within \(limit)") }
        try await clock.sleep(for: .milliseconds(10))
    }
}
