import Logging
import ServiceLifecycle

/// Runs a service in a group that shuts down gracefully when the stream says so.
func runUntilShutdown(_ service: any Service, when trigger: AsyncStream<Void>) async throws {
    let group = ServiceGroup(services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        for await _ in trigger {
            await group.triggerGracefulShutdown()
            break
        }
        try await tasks.waitForAll()
    }
}
