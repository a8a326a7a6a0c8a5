import CircuitBreakers
import ResilienceTestKit
import StateSharing
import Testing

// The code of the article "Testing your fallback"; DocumentationTests compares them.

@Suite(.timeLimit(.minutes(1))) struct FleetFaultExample {
    @Test func `a process that was cut off learns what the fleet decided meanwhile`() async throws {
        let memory = MemoryStore()
        let lines = [FaultyStore(memory), FaultyStore(memory)]
        let breakers = try lines.map { _ in try CircuitBreaker("prices") }
        let services = try zip(lines, breakers)
            .map { line, breaker in
                let sharing = try SharingService(store: line)
                try sharing.share(breaker)
                return sharing
            }
        await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            defer { group.cancelAll() }
            for service in services { #expect(await service.ready(within: .seconds(20))) }
            var events = breakers[1].events().makeAsyncIterator()

            lines[1].isReachable = false
            breakers[0].forceOpen(reason: "provider down", actor: "ann")
            #expect(breakers[1].state == .closed)

            lines[1].isReachable = true
            _ = await events.next()
            #expect(breakers[1].state == .forcedOpen)
        }
    }
}
