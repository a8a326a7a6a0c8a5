import CircuitBreakers
import ResilienceTestKit

/// Makes random traces in which the naive model says what must be seen after every step.
struct TraceGenerator {
    private var random: SeededGenerator
    private var model: NaiveBreaker
    private var held: [(id: String, permit: NaiveBreaker.Held)] = []
    private var steps: [Trace.Step] = []
    private var nextID = 0

    /// A whole trace of about `length` steps.
    static func trace(seed: UInt64, length: Int) -> Trace {
        var random = SeededGenerator(seed: seed)
        let configuration = Self.configuration(&random, isFirst: true)
        var generator = TraceGenerator(random: random, model: NaiveBreaker(configuration))
        for _ in 0..<length { generator.step() }
        return Trace(id: "random-\(seed)", about: "random", configuration: configuration, steps: generator.steps)
    }

    private init(random: SeededGenerator, model: NaiveBreaker) {
        self.random = random
        self.model = model
    }

    private static func configuration(
        _ random: inout SeededGenerator,
        isFirst: Bool
    ) -> CircuitBreaker.Configuration {
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random)! }
        var result = CircuitBreaker.Configuration()
        if chance(50) {
            let size = Int.random(in: 1...pick([3, 8, 70]), using: &random)
            result.window = .count(size: size)
            if chance(80) { result.minimumCalls = Int.random(in: 1...min(size, 6), using: &random) }
        } else {
            let buckets = Int.random(in: 1...5, using: &random)
            result.window = .time(milliseconds: pick([1, 10, 20]) * Int64(buckets), buckets: buckets)
            result.minimumCalls = Int.random(in: 1...6, using: &random)
        }
        result.failureRateBp = pick([1, 2000, 3333, 5000, 6667, 9999, 10_000])
        if chance(40) {
            result.slowCallMs = pick([0, 1, 5, 10])
            if chance(70) { result.slowRateBp = pick([1, 2500, 5000, 10_000]) }
        }
        if chance(30) { result.consecutiveFailures = Int.random(in: 1...4, using: &random) }
        result.openMs = pick([0, 1, 10, 50, 100])
        result.backoffFactor = pick([1000, 1001, 1500, 2000, 10_000])
        if chance(40) { result.maxOpenMs = result.openMs + pick([0, 7, 300]) }
        result.probes = Int.random(in: 1...5, using: &random)
        if chance(40) { result.concurrentProbes = Int.random(in: 1...result.probes, using: &random) }
        if chance(80) { result.halfOpenMs = pick([1, 5, 20, 60]) }
        if isFirst, chance(30) { result.initial = pick([.disabled, .metricsOnly, .forcedOpen]) }
        return result
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random)! }

    private mutating func outcome() -> Outcome {
        pick([.success, .success, .success, .failure, .failure, .failure, .ignored])
    }

    private mutating func step() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: advance()
        case 20..<50: call()
        case 50..<66: begin()
        case 66..<78: settle()
        case 78..<81: drop()
        case 81..<89: admin()
        case 89..<93:
            model.poll()
            steps.append(.poll)
        case 93..<97:
            let configuration = Self.configuration(&random, isFirst: false)
            model.reconfigure(configuration)
            steps.append(.reconfigure(configuration))
        default:
            steps.append(.events(model.events))
            model.events = []
        }
        steps.append(.expect(Trace.Expectation(model.fields)))
    }

    private mutating func advance() {
        let amount: Int64 = chance(15) ? -pick([1, 10, 60]) : pick([0, 1, 1, 4, 5, 9, 10, 20, 50, 100, 1000])
        model.clock += amount
        steps.append(.advance(amount))
    }

    private static func settlement(_ outcome: Outcome) -> NaiveBreaker.Settlement {
        switch outcome {
        case .success: .success
        case .failure: .failure
        case .ignored: .ignored
        }
    }

    private static func admission(_ refusedBy: String) -> Trace.Admission {
        switch refusedBy {
        case "": .admitted
        case "OPEN": .rejectedBy(.open)
        case "HALF_OPEN": .rejectedBy(.halfOpen)
        default: .rejectedBy(.forcedOpen)
        }
    }

    private mutating func call() {
        let outcome = outcome()
        let duration: Int64 = pick([0, 0, 1, 2, 6, 11])
        let times = chance(20) ? Int.random(in: 2...12, using: &random) : 1
        var answer = ""
        for _ in 0..<times {
            let (permit, refusedBy) = model.acquire()
            answer = refusedBy
            guard let permit else { continue }
            model.clock += duration
            model.settle(permit, Self.settlement(outcome))
        }
        steps.append(
            .call(outcome, times: times, durationMs: duration, expect: times == 1 ? Self.admission(answer) : nil)
        )
    }

    private mutating func begin() {
        let (permit, refusedBy) = model.acquire()
        nextID += 1
        let id = "p\(nextID)"
        if let permit { held.append((id, permit)) }
        let expected = Self.admission(refusedBy)
        steps.append(.begin(id, expect: expected == .admitted && chance(50) ? nil : expected))
    }

    private mutating func settle() {
        guard !held.isEmpty else { return advance() }
        let (id, permit) = held.remove(at: Int.random(in: 0..<held.count, using: &random))
        let outcome = outcome()
        model.settle(permit, Self.settlement(outcome))
        steps.append(.end(id, outcome))
    }

    private mutating func drop() {
        guard !held.isEmpty else { return advance() }
        let (id, permit) = held.remove(at: Int.random(in: 0..<held.count, using: &random))
        model.settle(permit, .ignored)
        steps.append(.drop(id))
    }

    private mutating func admin() {
        let event = pick(Trace.Admin.allCases + [.open, .reset, .reset])
        let ms: Int64? = event == .open && chance(50) ? pick([0, 3, 40]) : nil
        let isAccepted = model.admin(event, ms: ms)
        steps.append(.admin(event, milliseconds: ms, isRefused: !isAccepted))
    }
}
