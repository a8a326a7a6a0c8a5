/// What a ``MachineLoop`` reads and waits on: a clock in milliseconds since the loop was made.
struct MachineLoopClock: Sendable {
    /// Farther than any timeout, so that no sum with one overflows.
    private static let limit: Int64 = 1 << 61

    private let read: @Sendable () -> Int64
    private let wait: @Sendable (Int64) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let origin = clock.now
        read = { Self.milliseconds(origin.duration(to: clock.now)) }
        wait = { try await clock.sleep(until: origin.advanced(by: .milliseconds($0)), tolerance: nil) }
    }

    /// Milliseconds since the loop was made; what is less than one is cut off.
    var now: Int64 { read() }

    /// Waits until a time.
    ///
    /// - Throws: `CancellationError` if the task is cancelled first.
    func sleep(until time: Int64) async throws { try await wait(time) }

    /// A duration in whole milliseconds, at most 2⁶¹ of them.
    static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, -limit / 1000), limit / 1000)
        return bounded * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
