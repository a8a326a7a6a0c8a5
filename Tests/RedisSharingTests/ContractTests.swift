import FleetTestSupport
import RedisSharing
import ResilienceTestKit
import StateSharing
import Testing

@Suite struct ContractTests {
    @Test(arguments: StoreContract.checks)
    func `the memory store keeps the contract`(check: StoreContract.Check) async throws {
        try await check.run(on: MemoryStore())
    }

    @Test(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")), arguments: StoreContract.checks)
    func `the Redis store keeps the contract`(check: StoreContract.Check) async throws {
        try await RedisServer.with { server in
            try await check.run(on: RedisStore(configuration: server.configuration()))
        }
    }
}
