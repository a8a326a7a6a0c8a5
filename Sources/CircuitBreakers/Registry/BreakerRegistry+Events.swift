import StateMachines

/// An event of one of a registry's breakers.
public struct RegistryEvent: Sendable, Hashable {
    /// The breaker's name.
    public var breaker: String
    /// What happened there.
    public var event: BreakerEvent
}

extension BreakerRegistry {
    /// Subscribes to what happens from now on in all breakers, those to come included; of each breaker in order.
    ///
    /// ```swift
    /// for await told in registry.events() {
    ///     if case .transition(let move) = told.event, move.to == .open { page(told.breaker, move.reason) }
    /// }
    /// ```
    ///
    /// - Parameter limit: how many events of all breakers wait for the iteration, at least 1.
    /// - Returns: the events from now on, until the registry and its breakers are gone.
    public func events(bufferingNewest limit: Int = 1024) -> EventStream<RegistryEvent> {
        let (stream, entrance) = EventStream<RegistryEvent>.make(bufferingNewest: limit)
        let subscription = Subscription()
        let observer = addObserver { breaker in
            let name = breaker.name
            let listener = breaker.addListener { entrance.tell(RegistryEvent(breaker: name, event: $0)) }
            subscription.add(listener, to: breaker)
        }
        entrance.onEnd { [weak self] in
            self?.removeObserver(observer)
            subscription.end()
        }
        return stream
    }

    /// The listeners of one subscription, one in each breaker.
    private final class Subscription: Sendable {
        private struct Place: Sendable {
            weak var breaker: CircuitBreaker?
            var listener: Int
        }

        /// `nil` once it is over.
        private let places = Locked<[Place]?>([])

        func add(_ listener: Int, to breaker: CircuitBreaker) {
            let isOver = places.withLock { places in
                places?.append(Place(breaker: breaker, listener: listener))
                return places == nil
            }
            if isOver { breaker.removeListener(listener) }
        }

        func end() {
            let left = places.withLock { places in
                defer { places = nil }
                return places ?? []
            }
            for place in left { place.breaker?.removeListener(place.listener) }
        }
    }
}
