/// The armed timers of a ``MachineLoopCore``: at most one a state, in the order in which they were armed.
///
/// A timer either goes and knows when it is due, or stands and knows how much time it has left. One that was just armed
/// stands until ``go(at:)``, so that slow actions in the same step are not taken off its time.
struct LoopTimers: Sendable, Hashable {
    /// An armed timer.
    struct Timer: Sendable, Hashable {
        /// The state whose timeout it is.
        var state: UInt8
        /// The event that it fires.
        var event: UInt8
        /// Milliseconds left, while it stands.
        var left: Int64
        /// When it is due, while it goes.
        var deadline: Int64?
    }

    /// In the order in which they were armed.
    private(set) var armed: [Timer] = []

    /// The earliest deadline of those that go.
    private(set) var nextDeadline: Int64?
    private var areSomeStanding = false

    var isEmpty: Bool { armed.isEmpty }

    /// Arms the timer of a state that was entered; it stands until ``go(at:)``.
    mutating func arm(_ state: UInt8, event: UInt8, milliseconds: Int64) {
        armed.append(Timer(state: state, event: event, left: milliseconds))
        areSomeStanding = true
    }

    /// Ends the timer of a state that was left.
    mutating func end(_ state: UInt8) {
        guard let index = armed.firstIndex(where: { $0.state == state }) else { return }
        armed.remove(at: index)
        findNextDeadline()
    }

    /// Ends all.
    mutating func endAll() {
        armed.removeAll(keepingCapacity: true)
        nextDeadline = nil
        areSomeStanding = false
    }

    /// Lets those that stand go on.
    mutating func go(at now: Int64) {
        guard areSomeStanding else { return }
        areSomeStanding = false
        for index in armed.indices where armed[index].deadline == nil {
            armed[index].deadline = now + armed[index].left
        }
        findNextDeadline()
    }

    /// Stops those that go; one that is overdue has nothing left.
    mutating func stand(at now: Int64) {
        guard nextDeadline != nil else { return }
        for index in armed.indices {
            guard let deadline = armed[index].deadline else { continue }
            armed[index].left = max(0, deadline - now)
            armed[index].deadline = nil
        }
        nextDeadline = nil
        areSomeStanding = true
    }

    /// Spends the timer that is due: the earliest deadline first, equal ones in the order armed.
    ///
    /// - Returns: the timer; nil if none is due.
    mutating func popDue(at now: Int64) -> Timer? {
        guard let earliest = nextDeadline, earliest <= now,
            let index = armed.firstIndex(where: { $0.deadline == earliest })
        else { return nil }
        let timer = armed.remove(at: index)
        findNextDeadline()
        return timer
    }

    private mutating func findNextDeadline() {
        var earliest: Int64?
        for timer in armed {
            guard let deadline = timer.deadline else { continue }
            earliest = min(earliest ?? deadline, deadline)
        }
        nextDeadline = earliest
    }
}
