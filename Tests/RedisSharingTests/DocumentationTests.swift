import FleetTestSupport
import Foundation
import StateMachines
import StateSharing
import Testing

@testable import RedisSharing

/// What the module's page shows is what is.
struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private static func page() throws -> String {
        let page = root.appending(path: "Sources/RedisSharing/Documentation.docc/RedisSharing.md")
        return try String(contentsOf: page, encoding: .utf8)
    }

    @Test func `the page shows what the two links mean together`() throws {
        let drawn = Mermaid.render(TypedDefinition.links.definition)
        #expect(try Self.page().contains("```mermaid\n\(drawn)```\n"), "the diagram is now:\n\(drawn)")
    }

    @Test func `the links take each way of the diagram`() throws {
        let lost = StoreError(.unreachable, "test")
        let table = try TypedDefinition.links.compile()
        for first in LinksEvent.allCases {
            for second in LinksEvent.allCases {
                for third in LinksEvent.allCases {
                    var machine = try Machine(table)
                    var core = LinksCore()
                    // The first attempt failed; that was told.
                    #expect(core.lost(.commands, lost) == .down(lost))
                    for event in [first, second, third] {
                        let outcome = machine.fire(event)
                        guard outcome.kind == .moved else { continue }
                        let told =
                            switch event {
                            case .commandsReady: core.ready(.commands)
                            case .commandsLost: core.lost(.commands, lost)
                            case .subscribed: core.ready(.subscription)
                            case .subscriptionLost: core.lost(.subscription, lost)
                            }
                        let expected: StoreSignal? =
                            outcome.to == .up ? .up : outcome.from == .up ? .down(lost) : nil
                        #expect(told == expected, "\(outcome.from) \(event)")
                        #expect(core.isUp == (outcome.to == .up))
                    }
                }
            }
        }
    }

    @Test(.enabled(if: Tool.areAvailable("redis-server", "redis-cli")))
    func `the page names every key that a fleet leaves in Redis, and its type`() async throws {
        let rows = try Self.page().split(separator: "\n")
            .compactMap { line -> String? in
                let words = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces.union(["`"])) }
                return words.count == 3 && words[0].hasPrefix("sm1:") ? "\(words[0]) \(words[1])" : nil
            }
        try await RedisServer.with { server in
            try await StoreProbe.up(server.configuration(namespace: "prod")) { probe in
                let item = CommitItem.open("payments")
                _ = try await probe.store.commit([item])
                try await probe.store.register([item.version.resource])
                let member = BeatRequest(intervalMs: 100, member: "0000000000000007|host|1|app", memberForMs: 60_000)
                _ = try await probe.store.beat(member)
                let keys = try server.cli("KEYS", "*").split(separator: "\n").map(String.init)
                let found = try keys.map { "\($0) \(try server.cli("TYPE", $0))" }
                let channels = try server.cli("PUBSUB", "CHANNELS").split(separator: "\n").map { "\($0) channel" }
                #expect((found + channels).sorted() == rows.sorted())
            }
        }
    }

    @Test func `the page shows the users of ops`() throws {
        let users = try String(contentsOf: Self.root.appending(path: "ops/redis/users.acl"), encoding: .utf8)
        let page = try Self.page()
        for user in users.split(separator: "\n") {
            #expect(page.contains("\n\(user)\n"), "the page does not show: \(user)")
        }
    }
}
