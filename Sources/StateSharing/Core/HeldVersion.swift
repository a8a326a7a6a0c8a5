/// A version as a process holds it: what was left of its times has become instants of this process's monotonic clock.
///
/// An instant never leaves its process: what is sent or handed to the machine is what is left (fleet protocol, section 2).
struct HeldVersion: Sendable, Hashable {
    /// When a hold ends.
    enum HoldEnd: Sendable, Hashable {
        case none
        case never
        /// Monotonic microseconds.
        case at(Int64)
    }

    /// What it says; `remainingMs` and `hold` are those of the time it came and not read any more.
    private(set) var shared: SharedVersion
    /// Monotonic microseconds; `nil` without a deadline.
    var deadline: Int64?
    /// Until when automatic transitions are kept away.
    var holdEnd: HoldEnd

    /// Takes a version that has just been received or made: deadlines start now, the time left clamped to 0…duration.
    init(_ shared: SharedVersion, at now: Int64) {
        self.shared = shared
        deadline = shared.remainingMs.map { now + min(max($0, 0), shared.durationMs) * 1000 }
        holdEnd =
            switch shared.hold {
            case .none: .none
            case .forever: .never
            case .remaining(let ms): .at(now + min(ms, Self.longestHoldMs) * 1000)
            }
    }

    /// A hundred years: keeps a hostile hold from overflowing an instant.
    private static let longestHoldMs: Int64 = 3_155_760_000_000

    var version: Version { shared.version }
    var state: String { shared.state }
    var lastModified: Int64 { shared.version.lastModified }
    var rank: UInt8 { shared.version.rank }
    var operatorAt: Int64 { shared.operatorAt }
    var epoch: Int64 { shared.epoch }
    var isOperators: Bool { shared.isOperators }

    /// Whether it has a deadline and that is ahead.
    func isDeadlineAhead(at now: Int64) -> Bool {
        deadline.map { $0 > now } ?? false
    }

    /// Whether an operator's hold keeps automatic transitions away now.
    func isHeld(at now: Int64) -> Bool {
        switch holdEnd {
        case .none: false
        case .never: true
        case .at(let end): end > now
        }
    }

    /// Changes what it says, keeping its deadlines.
    mutating func update(_ change: (inout SharedVersion) -> Void) {
        change(&shared)
    }

    /// The version with what is left of its times now.
    func sendable(at now: Int64) -> SharedVersion {
        var copy = shared
        copy.remainingMs = deadline.map { max(0, ($0 - now + 999) / 1000) }
        copy.hold =
            switch holdEnd {
            case .none: .none
            case .never: .forever
            case .at(let end): .remaining(ms: max(0, (end - now + 999) / 1000))
            }
        return copy
    }
}
