/// A value that comes once, and those who wait for it.
///
/// The first waiter costs no allocation; that is the usual one.
final class OneShot<Value: Sendable>: Sendable {
    private struct Waiter {
        var number: Int
        var waker: Waker<Value?>
    }

    private struct State {
        var value: Value?
        var first: Waiter?
        var others: [Waiter] = []
        var count = 0

        mutating func add(_ waiter: Waiter) {
            if first == nil { first = waiter } else { others.append(waiter) }
        }

        mutating func remove(_ number: Int) -> Waiter? {
            if let first, first.number == number {
                self.first = nil
                return first
            }
            return others.firstIndex { $0.number == number }.map { others.remove(at: $0) }
        }
    }

    private let state: Locked<State>

    init(_ value: Value? = nil) {
        state = Locked(State(value: value))
    }

    /// The value; nil if it has not come yet.
    var value: Value? { state.withLock { $0.value } }

    /// Brings the value to all who wait and will wait; only the first one counts.
    func fulfil(_ value: Value) {
        let (first, others) = state.withLock { state -> (Waiter?, [Waiter]) in
            guard state.value == nil else { return (nil, []) }
            state.value = value
            defer { (state.first, state.others) = (nil, []) }
            return (state.first, state.others)
        }
        first?.waker.resume(value)
        for waiter in others { waiter.waker.resume(value) }
    }

    /// Waits for the value.
    ///
    /// - Returns: nil if the waiting task is cancelled first.
    func wait() async -> Value? {
        let (known, number) = state.withLock { state in
            state.count += 1
            return (state.value, state.count)
        }
        if let known { return known }
        return await withTaskCancellationHandler {
            await Waker<Value?>
                .wait { waker in
                    state.withLock { state in
                        if let value = state.value { return .some(value) }
                        // A task cancelled before this has no waiter that its handler could have found.
                        if Task.isCancelled { return .some(nil) }
                        state.add(Waiter(number: number, waker: waker))
                        return nil
                    }
                }
        } onCancel: {
            state.withLock { $0.remove(number) }?.waker.resume(nil)
        }
    }

    /// Waits for the value, whether the waiting task is cancelled or not.
    func waitToTheEnd() async -> Value? {
        await Waker<Value?>
            .wait { waker in
                state.withLock { state in
                    if let value = state.value { return .some(value) }
                    // Numbers count from 1: no handler looks for this one.
                    state.add(Waiter(number: 0, waker: waker))
                    return nil
                }
            }
    }
}
