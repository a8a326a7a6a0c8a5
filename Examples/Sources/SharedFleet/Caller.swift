import AsyncHTTPClient
import CircuitBreakers
import ServiceLifecycle
import StateSharing

/// Calls the upstream at a steady rate, once it knows what the fleet knows.
struct Caller: Service {
    let breaker: CircuitBreaker
    let sharing: SharingService
    let upstream: String
    let rate: Int
    let counts: CallCounts

    func run() async throws {
        let isKnown = await sharing.ready(within: .seconds(5))
        // Before the first call: a process that comes up in the middle of an outage does not join in.
        Output.line("ready \(breaker.state.wireName)\(isKnown ? "" : " (store not reached)")  \(counts)")
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var next = clock.now
            while !Task.isCancelled {
                await call()
                next = max(next + .seconds(1) / rate, clock.now)
                try? await clock.sleep(until: next)
            }
        }
    }

    private func call() async {
        do {
            let response = try await breaker.run(
                classifying: { $0.status.code >= 500 ? .failure : .success },
                { try await HTTPClient.shared.execute(HTTPClientRequest(url: upstream), timeout: .seconds(1)) }
            )
            _ = try await response.body.collect(upTo: 64 * 1024)
            counts.add(failed: response.status.code >= 500)
        } catch is CircuitBreakerError {
            counts.addRefused()
        } catch is CancellationError {
            // Stopped in the middle of a call.
        } catch {
            counts.add(failed: true)
        }
    }
}
