import Synchronization

/// What stands between a loop and those who send to it: its one lock, and what they may read.
///
/// Whatever decides stands in ``MachineLoopCore`` and ``LoopInbox``. The core belongs to the task that is in
/// ``run(_:)``, so no lock is held while guards and actions run, and an action may send to its own loop.
final class LoopGate: Sendable {
    /// What is under the lock.
    struct Shared {
        var inbox: LoopInbox<LoopEnvelope>
        /// The oldest first; those who give one wait for it, so there are no more than callers.
        var orders: [LoopOrder] = []
        /// The loop, while it waits.
        var sleeper: Waker<Void>?
        /// Whether an event wakes the loop; a paused one sleeps on.
        var wakesForEvents = true
        /// Whether the loop's alarm has rung since it was set.
        var hasRung = false

        mutating func takeSleeper() -> Waker<Void>? {
            defer { sleeper = nil }
            return sleeper
        }
    }

    let clock: MachineLoopClock
    /// Who looks on at each step; nil if nobody does.
    private let watch: MachineWatch?
    let shared: Locked<Shared>
    /// How many events of the last batch have not begun.
    let unread = Atomic<Int>(0)
    /// Whether there are orders, so that the loop need not take the lock to find none.
    let hasOrders = Atomic<Bool>(false)
    /// A ``MachineWord``.
    private let published: Atomic<UInt64>
    /// Fulfilled when the initial state was entered: true; or false, if the loop stopped before.
    let started = OneShot<Bool>()
    /// Fulfilled when the loop has stopped: the events that it left, deferred ones first.
    let stopped = OneShot<[UInt8]>()

    init(_ word: MachineWord, capacity: Int, clock: MachineLoopClock, watch: MachineWatch?) {
        self.clock = clock
        self.watch = watch
        published = Atomic(word.bits)
        shared = Locked(Shared(inbox: LoopInbox(capacity: capacity)))
    }

    /// State and sequence as they were at the end of the last macrostep.
    var word: MachineWord { MachineWord(bits: published.load(ordering: .acquiring)) }

    /// Makes a position readable from anywhere.
    func publish(_ position: MachinePosition) {
        // There is one writer; the bits in the middle, the version, stay.
        let version = published.load(ordering: .relaxed) & 0xFFFF_0000
        let word = MachineWord(bits: position.sequence << 32 | version | UInt64(position.state))
        published.store(word.faulted(position.isFaulted).bits, ordering: .releasing)
    }

    /// Refuses an event at the gate.
    func refuse(_ event: LoopEvent, _ kind: MachineOutcomeKind) -> LoopAnswer {
        let position = word.position
        watch?.refused(.event(event.event, token: event.token), kind, at: position)
        return LoopAnswer(step: StepAnswer(kind), from: position.state, position: position)
    }

    var life: MachineLife { shared.withLock { $0.inbox.life } }

    /// Queues an event.
    func send(_ envelope: LoopEnvelope) -> LoopInbox<LoopEnvelope>.Admission {
        let (admission, sleeper) = shared.withLock { shared -> (LoopInbox<LoopEnvelope>.Admission, Waker<Void>?) in
            let admission = shared.inbox.admit(envelope, unread: unread.load(ordering: .relaxed))
            return (admission, admission == .queued && shared.wakesForEvents ? shared.takeSleeper() : nil)
        }
        sleeper?.resume(())
        return admission
    }

    /// Gives an order and waits until it is in force; does not wait on if the calling task is cancelled.
    func order(_ kind: LoopOrder.Kind) async {
        let done = OneShot<Void>()
        give(kind, done)
        _ = await done.wait()
    }

    /// Gives an order; one that does not apply is done at once.
    func give(_ kind: LoopOrder.Kind, _ done: OneShot<Void>? = nil) {
        let order = LoopOrder(kind: kind, time: clock.now, done: done)
        let (before, isKept, sleeper) = shared.withLock { shared -> (MachineLife, Bool, Waker<Void>?) in
            let before = shared.inbox.life
            if case .drain = kind { shared.inbox.close() }
            guard before != .created, before != .stopped else { return (before, false, nil) }
            shared.orders.append(order)
            hasOrders.store(true, ordering: .releasing)
            return (before, true, shared.takeSleeper())
        }
        sleeper?.resume(())
        guard !isKept else { return }
        if before == .created, case .drain = kind {
            started.fulfil(false)
            stopped.fulfil([])
        }
        done?.fulfil(())
    }
}
