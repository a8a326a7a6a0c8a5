extension CircuitBreaker.Configuration {
    /// What one configuration changes in another: what is `nil` stays.
    ///
    /// A property that may itself be `nil` is set to it by `.some(nil)`.
    public struct Changes: Sendable, Hashable {
        /// See ``CircuitBreaker/Configuration/window``.
        public var window: Window?
        /// See ``CircuitBreaker/Configuration/minimumCalls``.
        public var minimumCalls: Int??
        /// See ``CircuitBreaker/Configuration/failureRateBp``.
        public var failureRateBp: Int?
        /// See ``CircuitBreaker/Configuration/slowCallMs``.
        public var slowCallMs: Int64??
        /// See ``CircuitBreaker/Configuration/slowRateBp``.
        public var slowRateBp: Int??
        /// See ``CircuitBreaker/Configuration/consecutiveFailures``.
        public var consecutiveFailures: Int??
        /// See ``CircuitBreaker/Configuration/openMs``.
        public var openMs: Int64?
        /// See ``CircuitBreaker/Configuration/backoffFactor``.
        public var backoffFactor: Int?
        /// See ``CircuitBreaker/Configuration/maxOpenMs``.
        public var maxOpenMs: Int64??
        /// See ``CircuitBreaker/Configuration/jitterBp``.
        public var jitterBp: Int?
        /// See ``CircuitBreaker/Configuration/probes``.
        public var probes: Int?
        /// See ``CircuitBreaker/Configuration/concurrentProbes``.
        public var concurrentProbes: Int??
        /// See ``CircuitBreaker/Configuration/halfOpenMs``.
        public var halfOpenMs: Int64??
        /// See ``CircuitBreaker/Configuration/initial``.
        public var initial: CircuitState?

        /// Creates changes.
        public init(
            window: Window? = nil,
            minimumCalls: Int?? = nil,
            failureRateBp: Int? = nil,
            slowCallMs: Int64?? = nil,
            slowRateBp: Int?? = nil,
            consecutiveFailures: Int?? = nil,
            openMs: Int64? = nil,
            backoffFactor: Int? = nil,
            maxOpenMs: Int64?? = nil,
            jitterBp: Int? = nil,
            probes: Int? = nil,
            concurrentProbes: Int?? = nil,
            halfOpenMs: Int64?? = nil,
            initial: CircuitState? = nil
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

    /// Changes what `changes` names.
    public mutating func apply(_ changes: Changes) {
        window = changes.window ?? window
        minimumCalls = changes.minimumCalls ?? minimumCalls
        failureRateBp = changes.failureRateBp ?? failureRateBp
        slowCallMs = changes.slowCallMs ?? slowCallMs
        slowRateBp = changes.slowRateBp ?? slowRateBp
        consecutiveFailures = changes.consecutiveFailures ?? consecutiveFailures
        openMs = changes.openMs ?? openMs
        backoffFactor = changes.backoffFactor ?? backoffFactor
        maxOpenMs = changes.maxOpenMs ?? maxOpenMs
        jitterBp = changes.jitterBp ?? jitterBp
        probes = changes.probes ?? probes
        concurrentProbes = changes.concurrentProbes ?? concurrentProbes
        halfOpenMs = changes.halfOpenMs ?? halfOpenMs
        initial = changes.initial ?? initial
    }
}
