@testable import StateMachines

/// A clock that stands still until it is moved, and that says when somebody has begun to wait on it.
final class VirtualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var milliseconds: Int64

        func advanced(by duration: Duration) -> Self {
            Self(milliseconds: milliseconds + MachineLoopClock.milliseconds(duration))
        }

        func duration(to other: Self) -> Duration { .milliseconds(other.milliseconds - milliseconds) }

        static func < (first: Self, second: Self) -> Bool { first.milliseconds < second.milliseconds }
    }

    private struct Sleeper {
        var time: Int64
        var shot: OneShot<Void>
    }

    private struct State {
        var now: Int64 = 0
        var sleepers: [Sleeper] = []
        var watchers: [Sleeper] = []
    }

    private let state = Locked(State())

    var now: Instant { Instant(milliseconds: state.withLock { $0.now }) }

    var minimumResolution: Duration { .milliseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let shot = OneShot<Void>()
        let time = deadline.milliseconds
        let watchers = state.withLock { state -> [Sleeper] in
            if time <= state.now { shot.fulfil(()) } else { state.sleepers.append(Sleeper(time: time, shot: shot)) }
            let watchers = state.watchers.filter { $0.time == time }
            state.watchers.removeAll { $0.time == time }
            return watchers
        }
        for watcher in watchers { watcher.shot.fulfil(()) }
        let woke: Void? = await shot.wait()
        state.withLock { $0.sleepers.removeAll { $0.shot === shot } }
        if woke == nil { throw CancellationError() }
    }

    /// Moves the clock and wakes those whose time has come.
    func advance(by milliseconds: Int64) {
        let due = state.withLock { state in
            state.now += milliseconds
            return state.sleepers.filter { $0.time <= state.now }
        }
        for sleeper in due { sleeper.shot.fulfil(()) }
    }

    /// Waits until somebody sleeps until a time.
    func sleep(isScheduledAt time: Int64) async {
        let shot = OneShot<Void>()
        state.withLock { state in
            if state.sleepers.contains(where: { $0.time == time }) {
                shot.fulfil(())
            } else {
                state.watchers.append(Sleeper(time: time, shot: shot))
            }
        }
        await shot.wait()
    }
}
