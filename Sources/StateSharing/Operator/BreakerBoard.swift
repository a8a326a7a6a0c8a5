/// All that a store has of a fleet's breakers, at one look.
package struct BreakerBoard: Sendable, Hashable {
    /// What to put first.
    package enum Order: String, Sendable, Hashable, CaseIterable {
        /// Those that refuse calls, then the probing ones, the operators' and the closed; by name within.
        case state
        /// By name.
        case name
        /// The highest failure rate first, unknown ones last.
        case rate
        /// The latest change first.
        case changed
    }

    /// The breakers, in no promised order.
    package var statuses: [BreakerStatus]
    /// Names asked for that nobody shares.
    package var missing: [String] = []
    /// How many snapshots were there but foreign or unreadable.
    package var unreadable = 0
    /// How many processes share the store.
    package var processes: Int
    /// The server's time when it was read, in milliseconds since 1970.
    package var nowMs: Int64

    /// Creates a board that misses nothing.
    package init(statuses: [BreakerStatus], unreadable: Int = 0, processes: Int, nowMs: Int64) {
        self.statuses = statuses
        self.unreadable = unreadable
        self.processes = processes
        self.nowMs = nowMs
    }

    /// The breakers in the given order.
    package func sorted(by order: Order) -> [BreakerStatus] {
        statuses.sorted { Self.precedes($0, $1, by: order) }
    }

    /// How many are in each state, by wire name.
    package var counts: [String: Int] {
        statuses.reduce(into: [:]) { $0[$1.state, default: 0] += 1 }
    }

    private static func precedes(_ a: BreakerStatus, _ b: BreakerStatus, by order: Order) -> Bool {
        switch order {
        case .state: (urgency(a), a.name) < (urgency(b), b.name)
        case .name: a.name < b.name
        case .rate: (-(a.version?.failureRateBp ?? -1), a.name) < (-(b.version?.failureRateBp ?? -1), b.name)
        case .changed: (-(a.version?.lastModified ?? 0), a.name) < (-(b.version?.lastModified ?? 0), b.name)
        }
    }

    private static func urgency(_ status: BreakerStatus) -> Int {
        switch status.knownState {
        case .open: 0
        case .forcedOpen: 1
        case .halfOpen: 2
        case nil: 3
        case .disabled: 4
        case .metricsOnly: 5
        case .closed: 6
        }
    }
}
