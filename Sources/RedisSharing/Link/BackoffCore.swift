import StateSharing

/// How long to wait before a new connection (fleet protocol, sections 7 and 11).
///
/// Milliseconds.
struct BackoffCore {
    private let firstMs: Int64
    private let maximumMs: Int64
    private let stableMs: Int64
    private let deniedMs: Int64
    private var failures = 0

    init(firstMs: Int64, maximumMs: Int64, stableMs: Int64, deniedMs: Int64) {
        self.firstMs = firstMs
        self.maximumMs = maximumMs
        self.stableMs = stableMs
        self.deniedMs = deniedMs
    }

    /// Fleets of more members than this spread out further, so that a restarted server is not run over.
    static let largeFleet = 1000
    private static let largeFleetMaximumMs: Int64 = 30_000
    /// A server that loads its data needs longer than one that restarts.
    private static let loadingMs: Int64 = 250

    /// A connection ended or never came about.
    ///
    /// - Parameters:
    ///   - code: why.
    ///   - livedMs: how long it was usable; 0 when it never was.
    ///   - jitter: random, 0..<1.
    ///   - members: how many processes share the store, as far as known.
    /// - Returns: how long to wait.
    mutating func lost(_ code: StoreError.Code, livedMs: Int64, jitter: Double, members: Int) -> Int64 {
        if livedMs > 0, livedMs >= stableMs { failures = 0 }
        defer { failures = min(failures + 1, 30) }
        switch code {
        case .denied, .unsupported, .wrongType:
            // Somebody has to change something; asking often only fills the server's log.
            return deniedMs + Int64(Double(deniedMs) * jitter)
        default:
            let first = code == .loading ? max(firstMs, Self.loadingMs) : firstMs
            let maximum = members > Self.largeFleet ? max(maximumMs, Self.largeFleetMaximumMs) : maximumMs
            // Full jitter: anything from nothing to the whole delay, so that a fleet does not come back in step.
            return Int64(Double(min(maximum, first << Int64(failures))) * jitter)
        }
    }
}
