import Synchronization

/// The events of one breaker from a moment on, in order; made by ``CircuitBreaker/events(bufferingNewest:)``.
public struct BreakerEvents: AsyncSequence, Sendable {
    /// What an iteration gives.
    public typealias Element = BreakerEvent

    private let stream: AsyncStream<BreakerEvent>
    private let drops: Drops

    /// Counts what a full buffer lost.
    final class Drops: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Held by the listener alone: when the breaker is gone, the iteration ends.
    final class End: Sendable {
        let continuation: AsyncStream<BreakerEvent>.Continuation

        init(_ continuation: AsyncStream<BreakerEvent>.Continuation) {
            self.continuation = continuation
        }

        deinit { continuation.finish() }
    }

    init(stream: AsyncStream<BreakerEvent>, drops: Drops) {
        self.stream = stream
        self.drops = drops
    }

    /// Events that were lost because the buffer was full: the oldest go first.
    public var dropped: Int { drops.count.load(ordering: .relaxed) }

    /// Iterates over the events; only one iteration at a time gets them.
    public func makeAsyncIterator() -> AsyncStream<BreakerEvent>.Iterator {
        stream.makeAsyncIterator()
    }
}

extension CircuitBreaker {
    /// Subscribes to what happens from now on: transitions in the order of their sequence, crossed thresholds, sampled
    /// refusals and late results.
    ///
    /// The subscription ends when its iteration does. Nobody waits for it: a full buffer loses its oldest event and
    /// counts it in ``BreakerEvents/dropped``.
    ///
    /// - Parameter limit: how many events wait for the iteration, at least 1.
    /// - Returns: the events from now on.
    public func events(bufferingNewest limit: Int = 256) -> BreakerEvents {
        let (stream, continuation) = AsyncStream.makeStream(
            of: BreakerEvent.self,
            bufferingPolicy: .bufferingNewest(max(1, limit))
        )
        let drops = BreakerEvents.Drops()
        let end = BreakerEvents.End(continuation)
        let id = addListener { event in
            guard case .dropped = end.continuation.yield(event) else { return }
            drops.count.wrappingAdd(1, ordering: .relaxed)
        }
        continuation.onTermination = { [weak self] _ in self?.removeListener(id) }
        return BreakerEvents(stream: stream, drops: drops)
    }
}
