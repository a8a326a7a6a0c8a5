extension CircuitBreaker.Configuration.Changes {
    /// The keys that a configuration has in files, traces and settings.
    package static let keys = [
        "window", "minimumCalls", "failureRateBp", "slowCallMs", "slowRateBp", "consecutiveFailures", "openMs",
        "backoffFactor", "maxOpenMs", "jitterBp", "probes", "concurrentProbes", "halfOpenMs", "initial",
    ]
    /// The keys below `window`, of both kinds.
    package static let windowKeys = ["kind", "size", "ms", "buckets"]

    /// Reads the keys that are there, each in its own form; whether the values fit is for
    /// ``CircuitBreaker/Configuration/findings``.
    package init<Values: ConfigurationValues>(reading values: inout Values) throws(Values.Failure) {
        self.init()
        if try values.enter("window") {
            window = try Self.window(&values)
            try values.leave()
        }
        minimumCalls = try Self.count(values.optionalInteger("minimumCalls"))
        failureRateBp = try values.integer("failureRateBp").map { Int($0) }
        slowCallMs = try values.optionalInteger("slowCallMs")
        slowRateBp = try Self.count(values.optionalInteger("slowRateBp"))
        consecutiveFailures = try Self.count(values.optionalInteger("consecutiveFailures"))
        openMs = try values.integer("openMs")
        backoffFactor = try values.thousandths("backoffFactor")
        maxOpenMs = try values.optionalInteger("maxOpenMs")
        jitterBp = try values.integer("jitterBp").map { Int($0) }
        probes = try values.integer("probes").map { Int($0) }
        concurrentProbes = try Self.count(values.optionalInteger("concurrentProbes"))
        halfOpenMs = try values.optionalInteger("halfOpenMs")
        initial = try values.word("initial", expected: "CLOSED, DISABLED, METRICS_ONLY or FORCED_OPEN") {
            CircuitState(wireName: $0)
        }
    }

    private static func count(_ value: Int64??) -> Int?? { value.map { $0.map { Int($0) } } }

    private enum WindowKind: String {
        case count
        case time
    }

    /// The members of its kind are all there, and no others.
    ///
    /// One that is missing or cannot be read, which is noted, has a value with which the others can be judged: see
    /// ``CircuitBreaker/Configuration/findings(without:)``.
    private static func window<Values: ConfigurationValues>(
        _ values: inout Values
    ) throws(Values.Failure) -> CircuitBreaker.Configuration.Window? {
        try values.demand("kind")
        let kind = try values.word("kind", expected: "count or time") { WindowKind(rawValue: $0) }
        switch kind {
        case .count:
            try values.demand("size")
            for key in ["ms", "buckets"] { try values.refuse(key, because: "a count window has only a size") }
            return .count(size: Int(try values.integer("size") ?? 1))
        case .time:
            for key in ["ms", "buckets"] { try values.demand(key) }
            try values.refuse("size", because: "a time window has only ms and buckets")
            let milliseconds = try values.integer("ms")
            let buckets = try values.integer("buckets")
            return .time(milliseconds: milliseconds ?? 1, buckets: Int(buckets ?? 1))
        case nil:
            let size = try values.integer("size")
            let milliseconds = try values.integer("ms")
            let buckets = try values.integer("buckets")
            // The members tell which kind it must be, if they are of one.
            switch (size, milliseconds ?? buckets) {
            case (let size?, nil): return .count(size: Int(size))
            case (nil, _?): return .time(milliseconds: milliseconds ?? 1, buckets: Int(buckets ?? 1))
            default: return nil
            }
        }
    }

    /// The one decimal, `backoffFactor`, in whole thousandths, without a way through binary fractions; nil for a text
    /// that is no such number.
    package static func thousandths(in text: String) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // Lengths bound the work on a hostile text, and nothing overflows.
        guard parts.count <= 2, let whole = digits(parts[0], 1...7), parts[0] == "0" || parts[0].first != "0" else {
            return nil
        }
        guard parts.count == 2 else { return whole * 1000 }
        guard let fraction = digits(parts[1], 1...3) else { return nil }
        return whole * 1000 + fraction * [100, 10, 1][parts[1].utf8.count - 1]
    }

    private static func digits(_ text: Substring, _ lengths: ClosedRange<Int>) -> Int? {
        guard lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
