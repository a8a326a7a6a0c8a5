import StateSharing
import Testing

@testable import smctl

/// What a watcher makes of messages and readings.
struct WatchCoreTests {
    private static let generation = "00000000000000aa"

    private static func version(_ name: String, _ state: SharedBreakerState, at lastModified: Int64) -> SharedVersion {
        let version = Version(lastModified: lastModified, rank: state.rank, writer: WriterID(bits: 1))
        let resource = ResourceID(kind: "breaker", name: name)
        return SharedVersion(resource: resource, version: version, state: state.rawValue, definition: "breaker-1")
    }

    private static func status(_ version: SharedVersion) -> BreakerStatus {
        BreakerStatus(resource: version.resource, name: nil, version: version, readAtMs: 1000)
    }

    private static func message(_ versions: [SharedVersion], previous: Int64, sequence: Int64) -> StoreMessage {
        let position = StorePosition(generation: generation, sequence: sequence, nowMs: 2000)
        return .update(position: position, previousSequence: previous, versions: versions)
    }

    private static func board(_ statuses: [BreakerStatus]) -> BreakerBoard {
        BreakerBoard(statuses: statuses, processes: 1, nowMs: 1000)
    }

    @Test func `what is there at the start is no change`() {
        var core = WatchCore(names: [])
        #expect(core.load(Self.board([Self.status(Self.version("a", .open, at: 5))])).isEmpty)
    }

    @Test func `a newer version is a change, an older one and the same are not`() {
        var core = WatchCore(names: [])
        let first = Self.status(Self.version("a", .closed, at: 5))
        _ = core.load(Self.board([first]))
        let newer = Self.version("a", .open, at: 6)
        let update = core.receive(Self.message([newer], previous: 1, sequence: 2))
        #expect(update.changes.map(\.after.state) == ["OPEN"])
        #expect(update.changes.first?.before == first)
        #expect(!update.mustReload)
        #expect(core.receive(Self.message([newer], previous: 2, sequence: 3)).changes.isEmpty)
        let older = Self.version("a", .disabled, at: 5)
        #expect(core.receive(Self.message([older], previous: 3, sequence: 4)).changes.isEmpty)
    }

    @Test func `a gap in the chain and another lineage ask for everything`() {
        var core = WatchCore(names: [])
        _ = core.load(Self.board([]))
        #expect(!core.receive(Self.message([], previous: 1, sequence: 2)).mustReload)
        #expect(core.receive(Self.message([], previous: 3, sequence: 4)).mustReload)
        let position = StorePosition(generation: "00000000000000bb", sequence: 4, nowMs: 1)
        let beat = core.receive(.beat(position: position, members: 7))
        #expect(beat.mustReload)
        #expect(core.board?.processes == 7)
    }

    @Test func `only the breakers asked for`() {
        var core = WatchCore(names: ["a"])
        _ = core.load(Self.board([Self.status(Self.version("a", .closed, at: 5))]))
        let versions = [Self.version("b", .open, at: 9), Self.version("a", .open, at: 9)]
        let update = core.receive(Self.message(versions, previous: 1, sequence: 2))
        #expect(update.changes.map(\.after.name) == ["a"])
    }

    @Test func `reading everything again takes over what was rolled back`() {
        var core = WatchCore(names: [])
        _ = core.load(Self.board([Self.status(Self.version("a", .open, at: 9))]))
        let changes = core.load(Self.board([Self.status(Self.version("a", .closed, at: 3))]))
        #expect(changes.map(\.after.state) == ["CLOSED"])
        #expect(core.board?.statuses.map(\.state) == ["CLOSED"])
    }

    @Test func `a breaker that was not known is a change`() {
        var core = WatchCore(names: [])
        _ = core.load(Self.board([]))
        let update = core.receive(Self.message([Self.version("new", .open, at: 1)], previous: 0, sequence: 1))
        #expect(update.changes.map(\.after.name) == ["new"])
        #expect(update.changes.first?.before == nil)
    }
}
