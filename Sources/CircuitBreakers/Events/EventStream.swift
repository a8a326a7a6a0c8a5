import Synchronization

/// Events from a moment on, in order; made by ``CircuitBreaker/events(bufferingNewest:)`` and
/// ``BreakerRegistry/events(bufferingNewest:)``.
///
/// The subscription ends when its iteration does. Nobody waits for it: a full buffer loses its oldest event and counts it
/// in ``dropped``.
public struct EventStream<Element: Sendable>: AsyncSequence, Sendable {
    private let stream: AsyncStream<Element>
    private let drops: Drops

    /// Counts what a full buffer lost.
    fileprivate final class Drops: Sendable {
        let count = Atomic<Int>(0)
    }

    /// Where events go in, held by those who tell them: when they are gone, the iteration ends.
    final class Entrance: Sendable {
        private let continuation: AsyncStream<Element>.Continuation
        private let drops: Drops

        fileprivate init(_ continuation: AsyncStream<Element>.Continuation, _ drops: Drops) {
            self.continuation = continuation
            self.drops = drops
        }

        deinit { continuation.finish() }

        func tell(_ event: Element) {
            guard case .dropped = continuation.yield(event) else { return }
            drops.count.wrappingAdd(1, ordering: .relaxed)
        }

        /// Calls `end` once the iteration is over.
        func onEnd(_ end: @escaping @Sendable () -> Void) {
            continuation.onTermination = { _ in end() }
        }
    }

    /// Makes a stream.
    ///
    /// - Parameter limit: how many events wait for the iteration; less than 1 counts as 1.
    /// - Returns: the stream, and where its events go in.
    static func make(bufferingNewest limit: Int) -> (stream: Self, entrance: Entrance) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self,
            bufferingPolicy: .bufferingNewest(limit < 1 ? 1 : limit)
        )
        let drops = Drops()
        return (Self(stream: stream, drops: drops), Entrance(continuation, drops))
    }

    /// Events that were lost because the buffer was full: the oldest go first.
    public var dropped: Int { drops.count.load(ordering: .relaxed) }

    /// Iterates over the events; only one iteration at a time gets them.
    public func makeAsyncIterator() -> AsyncStream<Element>.Iterator {
        stream.makeAsyncIterator()
    }
}

extension CircuitBreaker {
    /// Subscribes to what happens from now on: transitions in the order of their sequence, crossed thresholds, sampled
    /// refusals and late results.
    ///
    /// - Parameter limit: how many events wait for the iteration, at least 1.
    /// - Returns: the events from now on, until the breaker is gone.
    public func events(bufferingNewest limit: Int = 256) -> EventStream<BreakerEvent> {
        let (stream, entrance) = EventStream<BreakerEvent>.make(bufferingNewest: limit)
        let id = addListener { entrance.tell($0) }
        entrance.onEnd { [weak self] in self?.removeListener(id) }
        return stream
    }
}
