import StateMachines

@testable import StateSharing

/// A fleet on one thread and one virtual clock, with faults drawn from a seed (fleet protocol, section 19).
///
/// Local decisions, requests, answers and messages are events on one queue, ordered by virtual time, a seeded tie and
/// a serial number. At a random time the faults end; then everything must agree within a bound.
struct Simulation {
    struct Options: Sendable {
        var processes = 3
        var names = ["pay", "ship"]
        var hasOperators = true
        var hasCrashes = true
        var hasDataLoss = true
        var steps = 120
        var defect: SimulationDefect?
    }

    enum Event {
        case tick(process: Int, boot: Int)
        case server(process: Int, link: Int, ticket: UInt64, SharingCore.Request, sentAt: Int64)
        case answer(process: Int, link: Int, ticket: UInt64, Result<SharingCore.Reply, StoreError>, sentAt: Int64)
        case message(process: Int, link: Int, StoreMessage)
        case report(process: Int, boot: Int, resource: Int, LocalTransition)
        case handOver(process: Int, boot: Int, SharingCore.HandOver)
        case linkUp(process: Int)
        case fault
    }

    /// An event that happens at a virtual time.
    struct Scheduled: Comparable {
        var at: Int64
        var tie: UInt64
        var serial: Int
        var event: Event

        static func < (a: Scheduled, b: Scheduled) -> Bool {
            (a.at, a.tie, UInt64(a.serial)) < (b.at, b.tie, UInt64(b.serial))
        }

        static func == (a: Scheduled, b: Scheduled) -> Bool { a.serial == b.serial }
    }

    let options: Options
    let seed: UInt64
    var random: SplitMix64
    var now: Int64 = 1_000_000
    /// In order, latest first.
    var queue: [Scheduled] = []
    var serial = 0
    var server = SimulatedServer()
    var processes: [SimulatedProcess] = []
    /// What went wrong, with the virtual time.
    var failures: [(invariant: Invariant, text: String)] = []
    /// A running hash of everything that happened: two runs of a seed must have the same.
    var trace: UInt64 = 0xcbf2_9ce4_8422_2325
    /// Long trips that nothing has superseded: (process, resource), for I4.
    var owedTrips: Set<[Int]> = []
    /// From here on all trips are long.
    var isLate = false
    var staleServer: SimulatedServer?

    init(seed: UInt64, options: Options = Options()) {
        self.seed = seed
        self.options = options
        random = SplitMix64(seed: seed)
        server.defect = options.defect
        for number in 1...options.processes {
            processes.append(
                SimulatedProcess(
                    number: number,
                    boot: 1,
                    names: options.names,
                    skewMs: Int64.random(in: -300_000...300_000, using: &random),
                    at: now
                )
            )
            schedule(.linkUp(process: number - 1), after: 0...50_000)
        }
    }

    /// A run takes some thousand events; more means that somebody spins.
    static let maximumEvents = 30_000
    var handled = 0

    // MARK: Running

    /// Runs to the end and returns what went wrong.
    mutating func run() -> [(invariant: Invariant, text: String)] {
        for step in 0..<options.steps {
            isLate = step > options.steps * 2 / 3
            schedule(.fault, after: 0...0)
            advance(by: Int64.random(in: 1000...900_000, using: &random))
        }
        let known = heldOperatorDecisions()
        for process in processes.indices where !processes[process].isLinkUp {
            schedule(.linkUp(process: process), after: 0...1000)
        }
        isQuiet = true
        advance(by: 40_000_000)
        checkAgreement(known)
        replayEverything()
        return failures
    }

    /// After the last fault no machine decides anything by itself.
    var isQuiet = false

    mutating func advance(by microseconds: Int64) {
        let end = now + microseconds
        while let next = queue.last, next.at <= end {
            let scheduled = queue.removeLast()
            now = max(now, scheduled.at)
            handle(scheduled.event)
            handled += 1
            if handled > Self.maximumEvents { fail(.bounds, "a busy loop, at \(scheduled.event)") }
            if failures.count > 3 { return }
        }
        now = end
    }

    mutating func schedule(_ event: Event, after delay: ClosedRange<Int64>) {
        schedule(event, at: now + Int64.random(in: delay, using: &random))
    }

    mutating func schedule(_ event: Event, at instant: Int64) {
        serial += 1
        let scheduled = Scheduled(at: instant, tie: random.next(), serial: serial, event: event)
        // Kept in order, latest first; there are never more than some dozen.
        let place = queue.firstIndex { $0 < scheduled } ?? queue.endIndex
        queue.insert(scheduled, at: place)
    }

    var serverMs: Int64 { CoreDriver.serverStart + now / 1000 }

    private mutating func handle(_ event: Event) {
        record(event)
        switch event {
        case .tick(let process, let boot):
            guard processes[process].boot == boot, processes[process].tickAt <= now else { return }
            processes[process].tickAt = .max
            processes[process].core.tick(at: now)
            act(process)
        case .server(let process, let link, let ticket, let request, let sentAt):
            serve(process, link, ticket, request, sentAt)
        case .answer(let process, let link, let ticket, let result, let sentAt):
            guard processes[process].link == link else { return }
            processes[process].core.replied(ticket: ticket, result, sentAt: sentAt, at: now)
            act(process)
        case .message(let process, let link, let message):
            guard processes[process].link == link else { return }
            processes[process].seen.append(message)
            processes[process].core.message(message, at: now)
            act(process)
        case .report(let process, let boot, let resource, let transition):
            guard processes[process].boot == boot else { return }
            processes[process].core.localTransition(resource, transition, at: now)
            act(process)
        case .handOver(let process, let boot, let handOver):
            guard processes[process].boot == boot else { return }
            let result = processes[process].merge(handOver, at: now)
            processes[process].core.handedOver(handOver.resource, result, at: now)
            act(process)
        case .linkUp(let process):
            guard !processes[process].isLinkUp else { return }
            processes[process].isLinkUp = true
            processes[process].link += 1
            processes[process].lastDelivery = now
            processes[process].core.linkUp(at: now)
            act(process)
        case .fault:
            fault()
        }
    }

    private mutating func record(_ event: Event) {
        for word in [UInt64(bitPattern: now), event.digest] { trace = (trace ^ word) &* 0x0000_0100_0000_01b3 }
    }

    // MARK: A process's actions

    mutating func act(_ process: Int) {
        watch(process)
        for sent in processes[process].core.takeRequests() where processes[process].isLinkUp {
            schedule(
                .server(
                    process: process,
                    link: processes[process].link,
                    ticket: sent.ticket,
                    sent.request,
                    sentAt: now
                ),
                after: 30...3000
            )
        }
        while let handOver = processes[process].core.takeHandOver() {
            schedule(.handOver(process: process, boot: processes[process].boot, handOver), after: 0...200)
        }
        for action in processes[process].core.takeActions() {
            switch action {
            case .resubscribe:
                cut(process)
                schedule(.linkUp(process: process), after: 1000...5000)
            case .limitProbes(let members, let resource):
                for index in resource.map({ $0...$0 }) ?? 0...(options.names.count - 1) {
                    processes[process].machines[index].cutOffFrom = members
                }
            case .note(.superseded(let resource, let state, let by)):
                if state == "OPEN", by != "CLOSED" { owedTrips.remove([process, resource]) }
            case .note, .stopped:
                break
            }
        }
        if let next = processes[process].core.nextDeadline, next < processes[process].tickAt {
            processes[process].tickAt = max(now + 1, next)
            schedule(.tick(process: process, boot: processes[process].boot), at: processes[process].tickAt)
        }
    }

    /// I2: what is committed only rises.
    private mutating func watch(_ process: Int) {
        for resource in options.names.indices {
            let version = processes[process].core.resources[resource].committedVersion
            if version < processes[process].committed[resource] {
                let before = processes[process].committed[resource]
                fail(.monotone, "process \(process) went back from \(before) to \(version)")
            }
            processes[process].committed[resource] = version
        }
    }

    mutating func fail(_ invariant: Invariant, _ text: String) {
        failures.append((invariant, "t=\(now) µs: \(text)"))
    }

    /// The link breaks: what is in flight is lost both ways.
    ///
    /// I7: that changes no effective state.
    mutating func cut(_ process: Int) {
        guard processes[process].isLinkUp else { return }
        let before = processes[process].core.resources.map(\.effective)
        processes[process].isLinkUp = false
        processes[process].link += 1
        processes[process].core.linkDown(StoreError(.unreachable, "cut"), at: now)
        if processes[process].core.resources.map(\.effective) != before { fail(.failStatic, "a cut changed a state") }
        act(process)
        let known = processes[process].machines.map(\.cutOffFrom)
        if processes[process].core.isReady, known.contains(nil) {
            fail(.failStatic, "cut off, and a machine does not know")
        }
    }
}

extension Simulation.Event {
    /// What it is and what it says, in one word, the same in every run.
    var digest: UInt64 {
        switch self {
        case .tick(let process, _): UInt64(process)
        case .server(let process, _, let ticket, _, _): 100 + UInt64(process) + ticket << 8
        case .answer(let process, _, let ticket, let result, _):
            200 + UInt64(process) + ticket << 8 ^ ((try? result.get()).map(Self.digest) ?? 0)
        case .message(let process, _, let message): 300 + UInt64(process) ^ Self.digest(message)
        case .report(let process, _, let resource, let transition):
            400 + UInt64(process) + UInt64(resource) << 8 + UInt64(transition.sequence) << 16
        case .handOver(let process, _, let handOver):
            500 + UInt64(process) + UInt64(handOver.ifSequence) << 16 ^ handOver.basis << 40
        case .linkUp(let process): 600 + UInt64(process)
        case .fault: 700
        }
    }

    private static func digest(_ reply: SharingCore.Reply) -> UInt64 {
        if case .commit(let commit) = reply { return digest(commit.results.compactMap(\.stored)) }
        if case .read(let read) = reply { return digest(read.snapshots.compactMap { $0?.version }) }
        return 1
    }

    private static func digest(_ message: StoreMessage) -> UInt64 {
        if case .update(_, _, let versions) = message { return digest(versions) }
        return 2
    }

    private static func digest(_ versions: [SharedVersion]) -> UInt64 {
        versions.reduce(3) { ($0 ^ UInt64($1.lastModified) ^ $1.version.writer.bits) &* 0x0000_0100_0000_01b3 }
    }
}
