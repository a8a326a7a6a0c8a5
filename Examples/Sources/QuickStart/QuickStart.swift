import CircuitBreakers

/// A breaker around a call that starts to fail, and recovers.
@main
struct QuickStart {
    struct Unavailable: Error {}

    static func main() async throws {
        let breaker = try CircuitBreaker(
            "payments",
            configuration: .init(window: .count(size: 10), minimumCalls: 5, openMs: 200, probes: 1)
        )
        for number in 1...30 {
            do {
                let receipt = try await breaker.run { try await pay(number) }
                print("call \(number): \(receipt)")
            } catch let refusal as CircuitBreakerError {
                print("call \(number): not made, \(refusal)")
            } catch {
                print("call \(number): failed, now \(breaker.state)")
            }
            try await Task.sleep(for: .milliseconds(30))
        }
    }

    /// The service that calls 6 to 15 find broken.
    static func pay(_ number: Int) async throws -> String {
        if (6...15).contains(number) { throw Unavailable() }
        return "paid"
    }
}
