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
        return .adopted(sequence: machines[resource].sequence)
    }
}
