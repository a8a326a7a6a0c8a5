import Metrics

/// What the service counts; made once, no dimension that grows.
struct SharingMetrics: Sendable {
    private let merged = Counter(label: "sharing.versions.merged")
    private let committed = Counter(label: "sharing.commits.accepted")
    private let refused = Counter(label: "sharing.commits.refused")
    private let superseded = Counter(label: "sharing.decisions.superseded")
    private let reasserted = Counter(label: "sharing.decisions.reasserted")
    private let dropped = Counter(label: "sharing.decisions.dropped")
    private let malformed = Counter(label: "sharing.messages.malformed")
    private let gaps = Counter(label: "sharing.messages.gaps")
    private let foreign = Counter(label: "sharing.snapshots.foreign")
    private let unshared = Counter(label: "sharing.machines.unshared")
    private let alarms = Counter(label: "sharing.alarms")
    private let live = Gauge(label: "sharing.live")

    /// A machine of a source stays local.
    func recordUnshared() { unshared.increment() }

    func record(_ note: SharingCore.Note) {
        switch note {
        case .health(let health): live.record(health == .live ? 1 : 0)
        case .ready: break
        case .merged: merged.increment()
        case .committed: committed.increment()
        case .refused: refused.increment()
        case .superseded: superseded.increment()
        case .reasserted: reasserted.increment()
        case .dropped: dropped.increment()
        case .malformed: malformed.increment()
        case .gap, .newLineage: gaps.increment()
        case .foreign(let count): foreign.increment(by: count)
        case .alarm: alarms.increment()
        }
    }
}
