/// What waits between those who send and the loop: all of it under the loop's one lock.
///
/// Events are taken out in batches, the newest first in `batch`, so that the loop pays for the lock once a batch and not
/// once an event; what it still has of a batch counts as waiting.
package struct LoopInbox<Envelope> {
    /// What becomes of an event that comes.
    package enum Admission: Sendable, Hashable {
        /// It waits.
        case queued
        /// There is no room.
        case full
        /// The machine takes none in this part of its life.
        case notRunning

        /// What the sender is told if it does not wait.
        package var refusal: MachineOutcomeKind? {
            switch self {
            case .queued: nil
            case .full: .full
            case .notRunning: .notRunning
            }
        }
    }

    /// How many events may wait.
    package let capacity: Int
    /// Where the machine stands in its life, as those outside see it: draining from the moment at which it was asked for.
    package var life = MachineLife.created
    /// The oldest first.
    private var arrivals: [Envelope] = []

    package init(capacity: Int) {
        self.capacity = capacity
    }

    package var isEmpty: Bool { arrivals.isEmpty }

    /// Takes an event in, unless life or the bound is against it.
    ///
    /// - Parameters:
    ///   - envelope: the event.
    ///   - unread: how many of the last batch the loop has not begun.
    /// - Returns: whether it waits now, and if not, why.
    package mutating func admit(_ envelope: consuming Envelope, unread: Int) -> Admission {
        switch life {
        case .created, .draining, .stopped: return .notRunning
        case .running, .paused:
            guard arrivals.count + unread < capacity else { return .full }
            arrivals.append(envelope)
            return .queued
        }
    }

    /// Takes no more events: a machine that has not started has stopped with it.
    package mutating func close() {
        switch life {
        case .created: life = .stopped
        case .running, .paused: life = .draining
        case .draining, .stopped: break
        }
    }

    /// Hands over all that came, the newest first; `batch` must be empty and keeps its memory.
    package mutating func take(into batch: inout [Envelope]) {
        swap(&batch, &arrivals)
        batch.reverse()
    }
}
