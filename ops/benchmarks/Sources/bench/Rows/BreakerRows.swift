import CircuitBreakers

/// Calls through a breaker whose body costs nothing: what is measured is the breaker.
enum BreakerRows {
    static func rows() throws -> [Row] {
        let count = try CircuitBreaker("count", configuration: configuration(.count(size: 100)))
        let time = try CircuitBreaker("time", configuration: configuration(.time(milliseconds: 10_000, buckets: 10)))
        // Others for the rows with two threads: once threads were in each other's way a breaker counts in lanes.
        let counts = try CircuitBreaker("counts", configuration: configuration(.count(size: 100)))
        let times = try CircuitBreaker("times", configuration: configuration(.time(milliseconds: 10_000, buckets: 10)))
        let open = try CircuitBreaker("open", configuration: configuration(.count(size: 100)))
        open.open(for: .seconds(86_400))
        var timed = configuration(.count(size: 100))
        timed.slowCallMs = 1000
        let slow = try CircuitBreaker("slow", configuration: timed)
        let registry = try BreakerRegistry()
        for index in 0..<1000 { _ = try registry.breaker("breaker-\(index)") }
        let names = (0..<64).map { "breaker-\($0 * 13)" }
        let failing = try CircuitBreaker("failing", configuration: tolerant(.count(size: 100)))
        return [
            Row("breaker.count.sync", against: "floor.atomicAdd") { succeed($0, count) },
            Row("breaker.time.sync", against: "floor.atomicAdd") { succeed($0, time) },
            Row("breaker.slow.sync", against: "floor.atomicAdd") { succeed($0, slow) },
            Row.twoThreads("breaker.count.2threads", against: "floor.twoMutexTwoClocks.2threads") {
                succeed($0, counts)
            },
            Row.twoThreads("breaker.time.2threads", against: "floor.twoMutexTwoClocks.2threads") { succeed($0, times) },
            Row("breaker.count.async", against: "floor.asyncCall") { iterations in
                var sum: UInt64 = 0
                for _ in 0..<iterations {
                    sum = (try? await count.run { await FloorRows.next(sum) }) ?? 0
                }
                return sum
            },
            Row("breaker.permit", against: "floor.atomicAdd") { iterations in
                var sum: UInt64 = 0
                for _ in 0..<iterations {
                    guard let permit = count.tryAcquire() else { continue }
                    sum &+= 1
                    permit.succeed()
                }
                return sum
            },
            Row("breaker.failure", against: "floor.atomicAdd") { iterations in
                var sum: UInt64 = 0
                for _ in 0..<iterations {
                    guard let permit = failing.tryAcquire() else { continue }
                    sum &+= 1
                    permit.fail()
                }
                return sum
            },
            Row("breaker.registry.lookup", against: "floor.mutex") { iterations in
                var found: UInt64 = 0
                for index in 0..<iterations {
                    found &+= registry.existing(names[index & 63]) == nil ? 0 : 1
                }
                return found
            },
            Row("breaker.refuse", against: "floor.atomicLoad") { iterations in
                var refused: UInt64 = 0
                for _ in 0..<iterations {
                    if let permit = open.tryAcquire() { permit.succeed() } else { refused &+= 1 }
                }
                return refused
            },
        ]
    }

    /// A breaker that trips at half its calls failing; here none does.
    private static func configuration(_ window: CircuitBreaker.Configuration.Window) -> CircuitBreaker.Configuration {
        var configuration = CircuitBreaker.Configuration()
        configuration.window = window
        return configuration
    }

    /// A breaker that only records: every call fails and none trips it.
    private static func tolerant(_ window: CircuitBreaker.Configuration.Window) -> CircuitBreaker.Configuration {
        var configuration = configuration(window)
        configuration.initial = .metricsOnly
        return configuration
    }

    @inline(never)
    private static func succeed(_ iterations: Int, _ breaker: CircuitBreaker) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<iterations {
            sum = (try? breaker.run { sum &+ 1 }) ?? 0
        }
        return sum
    }
}
