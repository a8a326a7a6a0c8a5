extension CircuitBreaker {
    /// When a breaker opens, for how long, and how it finds out that all is well again.
    ///
    /// Durations are whole milliseconds, at most 10^12; counts are at most 10^9; rates are basis points
    /// (10 000 bp = 100 %), so that every process computes the same verdict.
    public struct Configuration: Sendable, Hashable {
        /// What the rates are computed over.
        public enum Window: Sendable, Hashable {
            /// The last `size` outcomes, 1…1 048 576.
            case count(size: Int)
            /// The outcomes of the last `milliseconds`, in `buckets` slices (1…1024) that expire one at a time.
            ///
            /// `milliseconds` must be divisible by `buckets`.
            case time(milliseconds: Int64, buckets: Int)

            /// The outcomes of the last `duration`, in slices that expire one at a time.
            public static func time(_ duration: Duration, buckets: Int = 10) -> Window {
                .time(milliseconds: duration.wholeMilliseconds, buckets: buckets)
            }
        }

        /// What the rates are computed over; 10 s in 10 slices by default.
        public var window: Window
        /// Rates are unknown below so many outcomes; at least 1, in a count window at most its size.
        ///
        /// `nil` is 20, in a count window not more than its size.
        public var minimumCalls: Int?
        /// The failure rate that trips, 1…10 000 basis points; 5000 by default.
        public var failureRateBp: Int
        /// A call that takes longer, strictly, is slow; at least 0 ms.
        ///
        /// `nil` (the default) tracks no slow calls.
        public var slowCallMs: Int64?
        /// The rate of slow calls that trips, 1…10 000 basis points; `nil` is 10 000.
        ///
        /// Needs ``slowCallMs``.
        public var slowRateBp: Int?
        /// So many failures in a row trip, whatever ``minimumCalls`` is; at least 1.
        ///
        /// `nil` (the default) counts none.
        public var consecutiveFailures: Int?
        /// How long OPEN lasts the first time, at least 0 ms; 5000 by default.
        public var openMs: Int64
        /// By how much each further OPEN in a row is longer, in thousandths: 1000 (the default) … 10 000.
        public var backoffFactor: Int
        /// The longest OPEN in milliseconds, at least ``openMs``; `nil` is the larger of 60 000 and ``openMs``.
        public var maxOpenMs: Int64?
        /// By how much an OPEN may be longer or shorter at random, 0 (the default) … 5000 basis points.
        public var jitterBp: Int
        /// How many calls one half-open period admits, 1…10 000; 5 by default.
        public var probes: Int
        /// How many of them may be in flight at once, 1…``probes``; `nil` is all of them.
        public var concurrentProbes: Int?
        /// How long HALF_OPEN may go with a probe in flight and none admitted or settled, at least 1 ms.
        ///
        /// `nil` is the largest of ``openMs``, twice ``slowCallMs`` and 1000.
        public var halfOpenMs: Int64?
        /// The state at construction: CLOSED (the default), DISABLED, METRICS_ONLY or FORCED_OPEN.
        public var initial: CircuitState

        /// Creates a configuration; it is checked when a breaker is built with it.
        public init(
            window: Window = .time(milliseconds: 10_000, buckets: 10),
            minimumCalls: Int? = nil,
            failureRateBp: Int = 5000,
            slowCallMs: Int64? = nil,
            slowRateBp: Int? = nil,
            consecutiveFailures: Int? = nil,
            openMs: Int64 = 5000,
            backoffFactor: Int = 1000,
            maxOpenMs: Int64? = nil,
            jitterBp: Int = 0,
            probes: Int = 5,
            concurrentProbes: Int? = nil,
            halfOpenMs: Int64? = nil,
            initial: CircuitState = .closed
        ) {
            self.window = window
            self.minimumCalls = minimumCalls
            self.failureRateBp = failureRateBp
            self.slowCallMs = slowCallMs
            self.slowRateBp = slowRateBp
            self.consecutiveFailures = consecutiveFailures
            self.openMs = openMs
            self.backoffFactor = backoffFactor
            self.maxOpenMs = maxOpenMs
            self.jitterBp = jitterBp
            self.probes = probes
            self.concurrentProbes = concurrentProbes
            self.halfOpenMs = halfOpenMs
            self.initial = initial
        }
    }
}

extension CircuitBreaker.Configuration {
    /// ``failureRateBp`` as a fraction, 0.0001…1, rounded to the nearest basis point.
    public var failureRate: Double {
        get { Double(failureRateBp) / 10_000 }
        set { failureRateBp = Int(basisPointsIn: newValue) }
    }

    /// ``slowRateBp`` as a fraction, 0.0001…1, rounded to the nearest basis point.
    public var slowRate: Double? {
        get { slowRateBp.map { Double($0) / 10_000 } }
        set { slowRateBp = newValue.map { Int(basisPointsIn: $0) } }
    }

    /// ``openMs`` as a duration, rounded down to milliseconds.
    public var openDuration: Duration {
        get { .milliseconds(openMs) }
        set { openMs = newValue.wholeMilliseconds }
    }

    /// ``slowCallMs`` as a duration, rounded down to milliseconds.
    public var slowCallDuration: Duration? {
        get { slowCallMs.map { .milliseconds($0) } }
        set { slowCallMs = newValue?.wholeMilliseconds }
    }
}

extension Int {
    /// The nearest number of basis points; what is no number or far out of range becomes a value that is refused.
    fileprivate init(basisPointsIn fraction: Double) {
        let scaled = (fraction * 10_000).rounded()
        self = scaled >= 0 && scaled <= 1e9 ? Int(scaled) : -1
    }
}

extension Duration {
    /// Whole milliseconds, rounded down; durations out of range become the nearest that is in it.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let bounded = min(max(seconds, -1_000_000_000_000_000), 1_000_000_000_000_000)
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        return bounded * 1000 + whole - (rest < 0 ? 1 : 0)
    }
}
