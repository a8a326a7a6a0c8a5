import CircuitBreakers
import ResilienceTestKit

/// The breaker's semantics written down once more, as plainly as possible: one thread, arrays, no cleverness.
///
/// It knows nothing of the engine but the public configuration and the step types of a trace.
struct NaiveBreaker {
    enum Settlement { case success, failure, ignored }

    struct Recorded {
        var time: Int64
        var failed: Bool
        var slow: Bool
    }

    struct Held {
        var generation: Int
        var began: Int64
    }

    struct Shown: Equatable {
        var total = 0
        var failures = 0
        var slow = 0
        var row = 0
        var failureRate: Int?
        var slowRate: Int?
    }

    var config: CircuitBreaker.Configuration
    var clock: Int64 = 0
    var latestUsed: Int64 = 0
    var state: String
    var generation = 0
    var generationStart: Int64 = 0
    var recorded: [Recorded] = []
    var row = 0
    var inFlight = 0
    var probesCompleted: [Recorded] = []
    var openUntil: Int64 = 0
    var halfOpenUntil: Int64 = 0
    var attempts = 0
    var reason: String?
    var frozen = Shown()
    var conditionHeld = false
    var admitted = 0
    var notPermitted = 0
    var late = 0
    var ignored = 0
    var events: [Trace.Event] = []

    init(_ config: CircuitBreaker.Configuration) {
        self.config = config
        switch config.initial {
        case .closed: state = "CLOSED"
        case .disabled: state = "DISABLED"
        case .metricsOnly: state = "METRICS_ONLY"
        case .forcedOpen: state = "FORCED_OPEN"
        case .open, .halfOpen: state = "impossible"
        }
        if state == "FORCED_OPEN" { reason = "manual" }
    }

    // MARK: Configuration

    var minimumCalls: Int {
        switch config.window {
        case .count(let size): config.minimumCalls ?? min(20, size)
        case .time: config.minimumCalls ?? 20
        }
    }

    var halfOpenMs: Int64 {
        config.halfOpenMs ?? max(config.openMs, 2 * (config.slowCallMs ?? 0), 1000)
    }

    var maxOpenMs: Int64 { config.maxOpenMs ?? max(60_000, config.openMs) }

    func duration(_ k: Int) -> Int64 {
        var result = config.openMs
        for _ in 1..<max(k, 1) { result = min(maxOpenMs, result * Int64(config.backoffFactor) / 1000) }
        return result
    }

    // MARK: Time

    /// What `now` counts as, without using it.
    var now: Int64 { max(clock, latestUsed) }

    mutating func useNow() -> Int64 {
        latestUsed = now
        return latestUsed
    }

    // MARK: Window

    func windowContent(at now: Int64) -> [Recorded] {
        switch config.window {
        case .count(let size): return Array(recorded.suffix(size))
        case .time(let ms, let buckets):
            let slice = ms / Int64(buckets)
            let current = (now - generationStart) / slice
            return recorded.filter {
                let number = ($0.time - generationStart) / slice
                return number > current - Int64(buckets) && number <= current
            }
        }
    }

    func shown(_ content: [Recorded], minimum: Int) -> Shown {
        let total = content.count
        let failures = content.filter(\.failed).count
        let slow = content.filter(\.slow).count
        var result = Shown(total: total, failures: failures, slow: slow, row: row)
        if total >= minimum, total > 0 {
            result.failureRate = failures * 10_000 / total
            if config.slowCallMs != nil { result.slowRate = slow * 10_000 / total }
        }
        return result
    }

    func shownNow() -> Shown {
        switch state {
        case "CLOSED", "METRICS_ONLY": shown(windowContent(at: now), minimum: minimumCalls)
        case "HALF_OPEN": shown(probesCompleted, minimum: 1)
        case "OPEN": frozen
        default: Shown()
        }
    }

    func windowVerdict(at now: Int64) -> String? {
        let content = windowContent(at: now)
        let total = content.count
        if let limit = config.consecutiveFailures, row >= limit { return "consecutiveFailures" }
        guard total >= minimumCalls else { return nil }
        if content.filter(\.failed).count * 10_000 >= config.failureRateBp * total { return "failureRate" }
        if config.slowCallMs != nil, content.filter(\.slow).count * 10_000 >= (config.slowRateBp ?? 10_000) * total {
            return "slowRate"
        }
        return nil
    }

    /// `true` passed, `false` failed, `nil` wait.
    func probeVerdict() -> Bool? {
        let wanted = config.probes
        let completed = probesCompleted.count
        let failed = probesCompleted.filter(\.failed).count
        let slow = probesCompleted.filter(\.slow).count
        let slowRate = config.slowRateBp ?? 10_000
        let tracksSlow = config.slowCallMs != nil
        if failed * 10_000 >= config.failureRateBp * wanted { return false }
        if tracksSlow, slow * 10_000 >= slowRate * wanted { return false }
        if (failed + wanted - completed) * 10_000 < config.failureRateBp * wanted,
            !tracksSlow || (slow + wanted - completed) * 10_000 < slowRate * wanted
        {
            return true
        }
        return nil
    }

    // MARK: Transitions

    mutating func go(_ to: String, _ event: String, at now: Int64, why: String? = nil, openMs: Int64? = nil) {
        let leaving = shownNow(at: now)
        events.append(.transition(from: state, to: to, event: event))
        latestUsed = max(latestUsed, now)
        if to == "OPEN" {
            frozen = leaving
            switch event {
            case "trip": attempts = 1
            case "probesFailed": attempts += 1
            case "open": if state == "CLOSED" { attempts = 1 }
            default: break
            }
            openUntil = now + (openMs ?? duration(attempts))
        }
        if to == "OPEN" || to == "FORCED_OPEN" { reason = why }
        if to == "CLOSED" {
            attempts = 0
            reason = nil
        }
        state = to
        generation += 1
        generationStart = now
        recorded = []
        probesCompleted = []
        row = 0
        inFlight = 0
        conditionHeld = false
    }

    func shownNow(at now: Int64) -> Shown {
        var copy = self
        copy.clock = max(now, clock)
        return copy.shownNow()
    }

    mutating func due(at now: Int64) {
        if state == "HALF_OPEN", inFlight > 0, now >= halfOpenUntil {
            go("OPEN", "probesFailed", at: now, why: "halfOpenTimeout")
        }
        if state == "OPEN", now >= openUntil { go("HALF_OPEN", "cooldownElapsed", at: now) }
    }

    // MARK: Calls

    /// A permit, or the state that refused it.
    mutating func acquire() -> (Held?, String) {
        let now = now
        due(at: now)
        switch state {
        case "CLOSED", "METRICS_ONLY", "DISABLED": break
        case "HALF_OPEN":
            let used = probesCompleted.count + inFlight
            guard used < config.probes, inFlight < config.concurrentProbes ?? config.probes else {
                notPermitted += 1
                return (nil, state)
            }
            latestUsed = max(latestUsed, now)
            halfOpenUntil = now + halfOpenMs
        default:
            notPermitted += 1
            return (nil, state)
        }
        admitted += 1
        inFlight += 1
        return (Held(generation: generation, began: now), "")
    }

    mutating func settle(_ permit: Held, _ outcome: Settlement) {
        guard permit.generation == generation else {
            late += 1
            return
        }
        let now = useNow()
        due(at: now)
        guard permit.generation == generation else {
            late += 1
            return
        }
        inFlight -= 1
        if state == "DISABLED" { return }
        if state == "HALF_OPEN" { halfOpenUntil = now + halfOpenMs }
        guard outcome != .ignored else {
            ignored += 1
            return
        }
        let isSlow = config.slowCallMs.map { max(0, now - permit.began) > $0 } ?? false
        let record = Recorded(time: now, failed: outcome == .failure, slow: isSlow)
        row = outcome == .failure ? row + 1 : 0
        if state == "HALF_OPEN" {
            probesCompleted.append(record)
        } else {
            recorded.append(record)
            if case .count(let size) = config.window { recorded = Array(recorded.suffix(size)) }
        }
        judge(at: now)
    }

    mutating func judge(at now: Int64) {
        switch state {
        case "CLOSED":
            if let why = windowVerdict(at: now) { go("OPEN", "trip", at: now, why: why) }
        case "METRICS_ONLY":
            let holds = windowVerdict(at: now) != nil
            if holds, !conditionHeld { events.append(.thresholdExceeded) }
            conditionHeld = holds
        case "HALF_OPEN":
            switch probeVerdict() {
            case true: go("CLOSED", "probesPassed", at: now)
            case false: go("OPEN", "probesFailed", at: now, why: "probes")
            case nil: break
            }
        default: break
        }
    }

    mutating func poll() {
        due(at: useNow())
    }

    // MARK: Operators

    /// `false` when it is refused.
    mutating func admin(_ event: Trace.Admin, ms: Int64?) -> Bool {
        let now = now
        let isOverride = ["FORCED_OPEN", "DISABLED", "METRICS_ONLY"].contains(state)
        switch event {
        case .open:
            if isOverride { return false }
            go("OPEN", "open", at: now, why: "manual", openMs: ms)
        case .close:
            if isOverride { return false }
            if state != "CLOSED" { go("CLOSED", "close", at: now) }
        case .forceOpen:
            if state != "FORCED_OPEN" { go("FORCED_OPEN", "forceOpen", at: now, why: "manual") }
        case .disable:
            if state != "DISABLED" { go("DISABLED", "disable", at: now) }
        case .observe:
            if state != "METRICS_ONLY" { go("METRICS_ONLY", "observe", at: now) }
        case .reset:
            go("CLOSED", "reset", at: now)
        }
        return true
    }

    mutating func reconfigure(_ new: CircuitBreaker.Configuration) {
        let now = now
        switch (config.window, new.window) {
        case (.count(let old), .count(let size)):
            recorded = Array(recorded.suffix(min(old, size)))
        case (.time(let oldMs, let oldBuckets), .time(let ms, let buckets)):
            if oldMs / Int64(oldBuckets) != ms / Int64(buckets) {
                recorded = []
            } else if oldBuckets != buckets {
                // What the old window shows and the new one has room for.
                recorded = windowContent(at: now)
                config.window = new.window
                recorded = windowContent(at: now)
            }
        case (.count, .time), (.time, .count):
            recorded = []
        }
        config = new
        judge(at: now)
    }

    // MARK: What a trace compares

    var fields: [String: Trace.Value] {
        let shown = shownNow()
        let isOpen = state == "OPEN"
        return [
            "state": .text(state),
            "total": .integer(Int64(shown.total)),
            "failures": .integer(Int64(shown.failures)),
            "slow": .integer(Int64(shown.slow)),
            "failureRateBp": shown.failureRate.map { .integer(Int64($0)) } ?? .null,
            "slowRateBp": shown.slowRate.map { .integer(Int64($0)) } ?? .null,
            "consecutiveFailures": .integer(Int64(shown.row)),
            "admitted": .integer(Int64(admitted)),
            "notPermitted": .integer(Int64(notPermitted)),
            "lateResults": .integer(Int64(late)),
            "ignored": .integer(Int64(ignored)),
            "inFlight": .integer(Int64(inFlight)),
            "slotsUsed": .integer(Int64(state == "HALF_OPEN" ? probesCompleted.count + inFlight : 0)),
            "attempts": .integer(Int64(attempts)),
            "retryAfterMs": isOpen ? .integer(max(0, openUntil - now)) : .null,
            "probeEligible": .bool(isOpen && now >= openUntil),
            "reason": reason.map { .text($0) } ?? .null,
        ]
    }
}
