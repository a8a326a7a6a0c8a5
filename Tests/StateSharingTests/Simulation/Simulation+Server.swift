import StateMachines

@testable import StateSharing

extension Simulation {
    /// The store runs one request; the answer and the message go their own ways.
    mutating func serve(
        _ process: Int,
        _ link: Int,
        _ ticket: UInt64,
        _ request: SharingCore.Request,
        _ sentAt: Int64
    ) {
        // A request whose link has broken may still have arrived.
        let reply: SharingCore.Reply
        switch request {
        case .commit(let proposals):
            let already = server.accepted.count
            let (answer, message) = server.commit(proposals.map(\.item), nowMs: serverMs)
            checkAccepted(from: already)
            reply = .commit(answer)
            if let message { publish(message) }
        case .read(let indices, _):
            let source = options.defect == .staleReads ? staleServer ?? server : server
            let resources = indices.map { processes[process].core.resources[$0].id }
            reply = .read(source.primary.read(resources, at: serverMs))
        case .changes(let after, let limit):
            reply = .changes(server.primary.changes(after: after, limit: limit))
        case .beat(let beat):
            let (answer, message) = server.beat(beat, nowMs: serverMs)
            reply = .beat(answer)
            if let message { publish(message) }
        case .register, .extend, .prune, .leave:
            reply = .done
        }
        schedule(
            .answer(process: process, link: link, ticket: ticket, .success(reply), sentAt: sentAt),
            after: 30...3000
        )
    }

    /// Each process gets the message in order, later or never.
    mutating func publish(_ message: StoreMessage) {
        for process in processes.indices where processes[process].isLinkUp {
            if !isQuiet, Int.random(in: 0..<8, using: &random) == 0 { continue }
            let delivery = max(processes[process].lastDelivery, now + Int64.random(in: 20...4000, using: &random))
            processes[process].lastDelivery = delivery
            schedule(.message(process: process, link: processes[process].link, message), at: delivery)
        }
    }

    /// I3, I6 and I11, on every version the store takes.
    private mutating func checkAccepted(from first: Int) {
        for entry in server.accepted[first...] {
            guard let old = entry.old else { continue }
            if entry.mode == .compareAndSet, entry.expected < old.shared.lastModified {
                fail(.noBlindOverwrite, "\(entry.new.shared.state) replaced a version its writer had not seen")
            }
            // An outcome of an older epoch: what the store holds was decided later, unless an operator has spoken since.
            // Two lineages count their epochs each by itself.
            let isOlder = !options.hasDataLoss && entry.new.shared.epoch < old.shared.epoch
            if entry.mode == .compareAndSet, isOlder, entry.new.shared.operatorAt <= old.shared.operatorAt {
                fail(.fencing, "epoch \(entry.new.shared.epoch) replaced \(old.shared.epoch)")
            }
            let isHeld = old.expiresAt.map { $0 > serverMs } ?? false
            let isLater = entry.new.shared.operatorAt > old.shared.operatorAt
            let isCopy = entry.new.shared.operatorAt == old.shared.operatorAt && entry.new.shared.isOperators
            if isHeld, !isLater, !isCopy { fail(.operators, "a hold in force gave way to \(entry.new.shared.state)") }
        }
    }

    // MARK: What goes wrong, and what machines decide

    mutating func fault() {
        let process = Int.random(in: processes.indices, using: &random)
        let resource = Int.random(in: options.names.indices, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: decide(process, resource)
        case 45..<57:
            if staleServer == nil { staleServer = server }
            cut(process)
        case 57..<75: schedule(.linkUp(process: process), after: 0...100_000)
        case 75..<82: server.replicate()
        case 82..<85 where options.hasDataLoss:
            server.failOver()
            for process in processes.indices { cut(process) }
        case 85..<87 where options.hasDataLoss:
            server.restartEmpty()
            for process in processes.indices { cut(process) }
        case 87..<91 where options.hasCrashes: crash(process)
        case 91..<97 where options.hasOperators: operate(resource)
        default: break
        }
    }

    private mutating func crash(_ process: Int) {
        let boot = processes[process].boot + 1
        let link = processes[process].link + 1
        processes[process] = SimulatedProcess(
            number: process + 1,
            boot: boot,
            names: options.names,
            skewMs: Int64.random(in: -300_000...300_000, using: &random),
            at: now
        )
        processes[process].link = link
        processes[process].hasCrashed = true
        for resource in options.names.indices { owedTrips.remove([process, resource]) }
        schedule(.linkUp(process: process), after: 1000...500_000)
    }

    /// The machine does what its state allows, and its report is on its way.
    private mutating func decide(_ process: Int, _ resource: Int) {
        let machine = processes[process].machines[resource]
        let to: String
        let event: String
        var openMs: Int64 = 0
        switch machine.state {
        case "CLOSED":
            (to, event) = ("OPEN", "trip")
            openMs = isLate ? 600_000 : Int64.random(in: 100...3000, using: &random)
            if isLate { owedTrips.insert([process, resource]) }
        case "OPEN":
            guard let deadline = machine.deadline, deadline <= now,
                !processes[process].staysOpen(resource, at: now, using: &random)
            else { return }
            (to, event) = ("HALF_OPEN", "cooldownElapsed")
        case "HALF_OPEN":
            let isHealthy = Bool.random(using: &random)
            (to, event) = isHealthy ? ("CLOSED", "probesPassed") : ("OPEN", "probesFailed")
            openMs = isHealthy ? 0 : isLate ? 600_000 : Int64.random(in: 100...3000, using: &random)
        default:
            return
        }
        let transition = processes[process].move(resource, to: to, event: event, openMs: openMs, at: now)
        schedule(
            .report(process: process, boot: processes[process].boot, resource: resource, transition),
            after: 0...300
        )
    }

    /// An operator's tool reads and commits; it retries nothing here.
    private mutating func operate(_ resource: Int) {
        let id = ResourceID(kind: "breaker", name: options.names[resource])
        let current = server.stored(id, at: serverMs)
        let isRelease = current?.expiresAt != nil && Bool.random(using: &random)
        let stamp = max(serverMs, (current?.shared.lastModified ?? 0) + 1)
        let state = isRelease ? "CLOSED" : "FORCED_OPEN"
        serial += 1
        var shared = SharedVersion(
            resource: id,
            version: Version(
                lastModified: stamp,
                rank: CoreDriver.breaker.ranks[state] ?? 0,
                writer: WriterID(bits: 0xffff_0000_0000 + UInt64(serial))
            ),
            state: state,
            definition: "breaker-1"
        )
        shared.operatorAt = stamp
        shared.epoch = current?.shared.epoch ?? 0
        shared.actor = "ann"
        if !isRelease { shared.hold = Bool.random(using: &random) ? .forever : .remaining(ms: 3000) }
        let already = server.accepted.count
        let item = CommitItem(
            mode: .compareAndSet,
            name: options.names[resource],
            expected: current?.shared.lastModified ?? 0,
            version: shared,
            event: isRelease ? "reset" : "forceOpen"
        )
        let (_, message) = server.commit([item], nowMs: serverMs)
        if server.accepted.count > already { owedTrips = owedTrips.filter { $0[1] != resource } }
        if let message { publish(message) }
    }
}
