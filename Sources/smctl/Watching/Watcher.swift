import ArgumentParser
import RedisSharing
import StateSharing
import UnixSignals

/// Follows a store until it is interrupted.
struct Watcher: Sendable {
    let session: StoreSession
    let names: [String]
    let printer: WatchPrinter
    /// Ends after so many changes; `nil` = never.
    let count: Int?
    /// Whether it says when it watches, for whoever waits for that.
    let announces: Bool

    /// Something that happens to a watcher.
    enum Event: Sendable {
        case store(StoreSignal)
        case tick
        case interrupted
        case startTimedOut
    }

    func run() async throws {
        // What is dropped is noticed: a gap in the messages' chain makes everything be read again.
        let (events, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingOldest(4096))
        let interrupts = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup { [session] group in
            defer { group.cancelAll() }
            group.addTask {
                try await session.store.run(as: .random()) { continuation.yield(.store($0)) }
            }
            group.addTask {
                for await _ in interrupts { continuation.yield(.interrupted) }
            }
            group.addTask {
                try await Task.sleep(for: session.timeout)
                continuation.yield(.startTimedOut)
                while true {
                    try await Task.sleep(for: .seconds(1))
                    continuation.yield(.tick)
                }
            }
            var loop = WatchLoop(watcher: self)
            for await event in events {
                guard try await loop.handle(event) else { return }
            }
        }
    }
}
