/// The store's time, estimated on this process's monotonic clock.
///
/// Each reply that carries the server's time is a sample; the one with the least round trip of the last 8 counts
/// (fleet protocol, section 2). Before any contact the wall clock stands in.
struct HybridClock: Sendable {
    /// How many samples are looked at.
    static let window = 8

    private struct Sample: Sendable {
        /// Microseconds.
        var roundTrip: Int64
        /// Server microseconds minus monotonic microseconds.
        var offset: Int64
    }

    private var samples: [Sample] = []
    private var offset: Int64

    /// - Parameter wallOffset: wall-clock microseconds minus monotonic microseconds, as of now.
    init(wallOffset: Int64) {
        offset = wallOffset
    }

    /// Whether a server has been heard at all.
    var isSynchronised: Bool { !samples.isEmpty }

    /// Takes the server's time out of a reply.
    ///
    /// - Parameters:
    ///   - serverMs: what the reply said.
    ///   - sentAt: when the request left, monotonic microseconds.
    ///   - receivedAt: when the reply came.
    mutating func observe(serverMs: Int64, sentAt: Int64, receivedAt: Int64) {
        let roundTrip = max(0, receivedAt - sentAt)
        let (serverUs, overflow) = serverMs.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return }
        samples.append(Sample(roundTrip: roundTrip, offset: serverUs + roundTrip / 2 - receivedAt))
        if samples.count > Self.window { samples.removeFirst() }
        offset = samples.min { $0.roundTrip < $1.roundTrip }?.offset ?? offset
    }

    /// Forgets the samples but not the estimate: after the server said that our stamps are absurd.
    mutating func forgetSamples() {
        samples.removeAll(keepingCapacity: true)
    }

    /// The server's time in milliseconds at a monotonic instant in microseconds.
    func serverMs(at now: Int64) -> Int64 {
        max(1, (now + offset) / 1000)
    }
}
