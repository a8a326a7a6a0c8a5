package import CircuitBreakers

/// Configurations that are fine, and what a file says for them.
package struct RandomConfiguration<Random: RandomNumberGenerator> {
    private var random: Random

    package init(random: Random) {
        self.random = random
    }

    /// A configuration and its keys, as YAML's flow form and JSON both have them.
    package mutating func next() -> (configuration: CircuitBreaker.Configuration, text: String) {
        var configuration = CircuitBreaker.Configuration()
        var keys: [String] = []
        func say(_ key: String, _ value: some CustomStringConvertible) { keys.append("\"\(key)\": \(value)") }
        if flip() {
            let size = Int.random(in: 1...1_048_576, using: &random)
            configuration.window = .count(size: size)
            say("window", "{\"kind\": \"count\", \"size\": \(size)}")
            if flip() {
                configuration.minimumCalls = .random(in: 1...size, using: &random)
            }
        } else if flip() {
            let buckets = Int.random(in: 1...1024, using: &random)
            let milliseconds = Int64(buckets) * .random(in: 1...100_000, using: &random)
            configuration.window = .time(milliseconds: milliseconds, buckets: buckets)
            say("window", "{\"kind\": \"time\", \"buckets\": \(buckets), \"ms\": \(milliseconds)}")
            configuration.minimumCalls = .random(in: 1...1_000_000_000, using: &random)
        }
        if let value = configuration.minimumCalls { say("minimumCalls", value) }
        if flip() {
            configuration.failureRateBp = .random(in: 1...10_000, using: &random)
            say("failureRateBp", configuration.failureRateBp)
        }
        if flip() {
            let (slow, rate) = (time(0), Int.random(in: 1...10_000, using: &random))
            (configuration.slowCallMs, configuration.slowRateBp) = (slow, rate)
            say("slowCallMs", slow)
            say("slowRateBp", rate)
        }
        if flip() {
            let value = Int.random(in: 1...1_000_000_000, using: &random)
            configuration.consecutiveFailures = value
            say("consecutiveFailures", value)
        }
        configuration.openMs = time(0)
        say("openMs", configuration.openMs)
        if flip() {
            configuration.backoffFactor = .random(in: 1000...10_000, using: &random)
            let (whole, rest) = configuration.backoffFactor.quotientAndRemainder(dividingBy: 1000)
            say("backoffFactor", "\(whole).\(String(1000 + rest).dropFirst())")
        }
        if flip() {
            let value = Int64.random(in: configuration.openMs...1_000_000_000_000, using: &random)
            configuration.maxOpenMs = value
            say("maxOpenMs", value)
        }
        if flip() {
            configuration.jitterBp = .random(in: 0...5000, using: &random)
            say("jitterBp", configuration.jitterBp)
        }
        configuration.probes = .random(in: 1...10_000, using: &random)
        say("probes", configuration.probes)
        if flip() {
            let value = Int.random(in: 1...configuration.probes, using: &random)
            configuration.concurrentProbes = value
            say("concurrentProbes", value)
        }
        if flip() {
            let value = time(1)
            configuration.halfOpenMs = value
            say("halfOpenMs", value)
        }
        let state =
            [CircuitState.closed, .disabled, .metricsOnly, .forcedOpen].randomElement(using: &random) ?? .closed
        configuration.initial = state
        say("initial", "\"\(state.wireName)\"")
        keys.shuffle(using: &random)
        return (configuration, "{\(keys.joined(separator: ", "))}")
    }

    private mutating func flip() -> Bool { .random(using: &random) }

    private mutating func time(_ least: Int64) -> Int64 {
        .random(in: least...(flip() ? 1_000_000_000_000 : 100_000), using: &random)
    }
}
