import StateMachines

@testable import StateSharing

/// A process: its core, and machines that do what a breaker's owner would see them do.
struct SimulatedProcess {
    struct Machine: Hashable {
        var state = "CLOSED"
        var sequence: UInt32 = 0
        var basis: UInt64 = 0
        /// Virtual microseconds.
        var deadline: Int64?
        /// Of the last OPEN.
        var openMs: Int64 = 0
        /// The size of the fleet it is cut off from.
        var cutOffFrom: Int?
        /// OPEN periods in a row without probes.
        var skipped = 0
    }

    var core: SharingCore
    var machines: [Machine]
    /// Raised with each boot: what was under way for an earlier one is void.
    var boot: Int
    var isLinkUp = false
    /// Raised with each link: answers and messages of an earlier one are void.
    var link = 0
    /// When the next tick is due; ticks armed before for later find nothing to do.
    var tickAt: Int64 = .max
    /// In flight towards this process, in order.
    var lastDelivery: Int64 = 0
    /// The newest version committed here, by resource: it may only rise.
    var committed: [Version]
    var hasCrashed = false
    /// The messages that have reached it, for I10.
    var seen: [StoreMessage] = []

    init(number: Int, boot: Int, names: [String], skewMs: Int64, at now: Int64) {
        let writer = WriterID(bits: UInt64(number) << 32 | UInt64(boot))
        let configuration = SharingCore.Configuration(writer: writer, member: "\(writer)|h|\(number)|sim")
        core = SharingCore(
            configuration: configuration,
            wallOffset: (CoreDriver.serverStart + skewMs) * 1000,
            seed: UInt64(number * 1000 + boot)
        )
        self.boot = boot
        machines = names.map { _ in Machine() }
        committed = names.map { _ in .none(rank: 1) }
        for name in names { _ = core.register(name: name, definition: CoreDriver.breaker, at: now) }
    }

    /// Moves a machine by its own decision; the report is what the observer would be called with.
    mutating func move(
        _ resource: Int,
        to state: String,
        event: String,
        openMs: Int64 = 0,
        actor: String = "",
        at now: Int64
    ) -> LocalTransition {
        let from = machines[resource].state
        machines[resource].state = state
        machines[resource].sequence &+= 1
        machines[resource].deadline = state == "OPEN" ? now + openMs * 1000 : nil
        machines[resource].openMs = openMs
        return LocalTransition(
            sequence: machines[resource].sequence,
            basis: machines[resource].basis,
            from: from,
            to: state,
            event: event,
            remainingMs: state == "OPEN" ? openMs : nil,
            durationMs: openMs,
            actor: actor
        )
    }

    /// What a breaker of one probe does at its deadline: cut off from a fleet it may leave the probing to others.
    mutating func staysOpen(_ resource: Int, at now: Int64, using random: inout SplitMix64) -> Bool {
        guard let members = machines[resource].cutOffFrom, machines[resource].skipped < 2,
            Int.random(in: 0..<members, using: &random) > 0
        else {
            machines[resource].skipped = 0
            return false
        }
        machines[resource].skipped += 1
        machines[resource].deadline = now + machines[resource].openMs * 1000
        return true
    }

    /// What a breaker does with a state handed over.
    mutating func merge(_ handOver: SharingCore.HandOver, at now: Int64) -> MergeResult {
        let resource = handOver.resource
        let shared = handOver.state
        guard machines[resource].sequence == handOver.ifSequence else {
            return .conflict(sequence: machines[resource].sequence)
        }
        machines[resource].basis = handOver.basis
        let isTimed = shared.state == "OPEN"
        if machines[resource].state != shared.state || !isTimed {
            machines[resource].sequence &+= 1
            machines[resource].state = shared.state
        }
        machines[resource].deadline = isTimed ? now + (shared.remainingMs ?? 0) * 1000 : nil
        machines[resource].openMs = shared.durationMs
        return .adopted(sequence: machines[resource].sequence)
    }
}
