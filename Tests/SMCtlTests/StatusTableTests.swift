import StateSharing
import Testing

@testable import smctl

/// The table and its JSON, to the letter.
struct StatusTableTests {
    private static let now: Int64 = 1_795_449_600_923

    private static func status(
        _ name: String,
        _ state: SharedBreakerState?,
        rate: Int? = nil,
        ageMs: Int64 = 12_000,
        remainingMs: Int64? = nil,
        hold: Hold = .none,
        actor: String = "",
        reason: String = ""
    ) -> BreakerStatus {
        let resource = ResourceID(kind: "breaker", name: name)
        guard let state else {
            return BreakerStatus(resource: resource, name: name, version: nil, readAtMs: now)
        }
        let writer = WriterID(bits: 0x9F3A_61C2_B7D0_4E55)
        let version = Version(lastModified: now - ageMs, rank: state.rank, writer: writer)
        var shared = SharedVersion(
            resource: resource,
            version: version,
            state: state.rawValue,
            definition: "breaker-1"
        )
        shared.failureRateBp = rate
        shared.remainingMs = remainingMs
        shared.hold = hold
        shared.actor = actor
        shared.reason = reason
        shared.epoch = 3
        shared.attempts = 1
        return BreakerStatus(resource: resource, name: name, version: shared, readAtMs: now)
    }

    private static let statuses = [
        status("search", nil),
        status("pay", .open, rate: 6200, ageMs: 800, remainingMs: 4200, reason: "failureRate"),
        status("mail", .forcedOpen, ageMs: 192_000, hold: .remaining(ms: 708_000), actor: "alice", reason: "bad\nnews"),
        status("auth", .closed, ageMs: 7_500_000),
        status("old", .disabled, ageMs: 400_000_000, hold: .remaining(ms: 0), actor: "bob"),
    ]

    private static func table(
        _ statuses: [BreakerStatus] = statuses,
        color: Bool = false,
        width: Int? = nil,
        showsAll: Bool = false
    ) -> StatusTable {
        StatusTable(
            board: BreakerBoard(statuses: statuses, processes: 12, nowMs: now),
            showsAll: showsAll,
            nowMs: now,
            namespace: "prod",
            address: "redis 127.0.0.1:6379",
            color: color,
            width: width
        )
    }

    @Test func `the table to the letter`() {
        let expected = """
            NAME    STATE        FAILURE  SLOW  CALLS  SINCE     RETRY IN   BY                REASON
            pay     OPEN         62.0 %   -     -      0.8 s     4.2 s      9f3a61c2b7d04e55  failureRate
            mail    FORCED_OPEN  -        -     -      3 m 12 s  11 m 48 s  alice             bad\\nnews
            old     DISABLED     -        -     -      4 d 15 h  expired    bob               -
            auth    CLOSED       -        -     -      2 h 5 m   -          9f3a61c2b7d04e55  -
            search  CLOSED       -        -     -      -         -          -                 -
            """
        #expect(Self.table().lines.joined(separator: "\n") == expected)
        #expect(
            Self.table().summary
                == "1 open, 0 half-open, 2 closed, 1 disabled, 1 forced open · 12 processes · namespace prod · redis 127.0.0.1:6379"
        )
    }

    @Test(arguments: [20, 40, 60, 79, 80, 100, 200])
    func `no line is wider than the terminal`(width: Int) {
        let wide = Self.status(
            String(repeating: "支払い", count: 30),
            .open,
            actor: String(repeating: "a", count: 90),
            reason: String(repeating: "x", count: 190)
        )
        let table = Self.table(Self.statuses + [wide], width: width)
        for line in table.lines + [table.summary, table.emptiness] {
            #expect(Printable.width(line) <= width, "\(line)")
        }
    }

    @Test func `the state is coloured and stays in words`() {
        let lines = Self.table(color: true).lines
        #expect(lines[1].contains("\u{1B}[31mOPEN       \u{1B}[0m"))
        #expect(lines[4].contains("\u{1B}[32mCLOSED     \u{1B}[0m"))
    }

    @Test func `a long table shows everything that is not closed and says how much is left`() {
        let many = (0..<120).map { Self.status("c\($0)", $0 < 30 ? .open : .closed) }
        let lines = Self.table(many).lines
        #expect(lines.count == 1 + 50 + 1)
        #expect(lines.last == "… and 70 more: --all shows them")
        #expect(Self.table(many, showsAll: true).lines.count == 121)
        let open = (0..<60).map { Self.status("o\($0)", .open) } + [Self.status("c", .closed)]
        #expect(Self.table(open).lines.count == 1 + 60 + 1)
    }

    @Test func `the orders`() {
        let board = Self.table().board
        func names(_ order: BreakerBoard.Order) -> [String] { board.sorted(by: order).map(\.name) }
        #expect(names(.state) == ["pay", "mail", "old", "auth", "search"])
        #expect(names(.name) == ["auth", "mail", "old", "pay", "search"])
        #expect(names(.rate) == ["pay", "auth", "mail", "old", "search"])
        #expect(names(.changed) == ["pay", "mail", "auth", "old", "search"])
    }

    @Test func `a status as JSON to the letter`() {
        let open = StatusJSON.object(Self.statuses[1], processes: 12, nowMs: Self.now)
        #expect(
            open.text
                == #"{"actor":null,"attempts":1,"epoch":3,"expiresAt":null,"failureRate":0.62,"lastModified":1795449600123,"#
                + #""name":"pay","openUntil":1795449605123,"processes":12,"reason":"failureRate","retryInMs":4200,"#
                + #""slowCallRate":null,"state":"OPEN","writer":"9f3a61c2b7d04e55"}"#
        )
        let unstored = StatusJSON.object(Self.statuses[0], processes: 12, nowMs: Self.now)
        #expect(
            unstored.text
                == #"{"actor":null,"attempts":null,"epoch":null,"expiresAt":null,"failureRate":null,"lastModified":null,"#
                + #""name":"search","openUntil":null,"processes":12,"reason":null,"retryInMs":null,"#
                + #""slowCallRate":null,"state":"CLOSED","writer":null}"#
        )
    }

    @Test func `an expired hold refuses no calls`() {
        let expired = Self.status("x", .forcedOpen, hold: .remaining(ms: 0), actor: "a")
        #expect(!expired.refusesCalls(at: Self.now))
        #expect(Self.statuses[2].refusesCalls(at: Self.now))
        #expect(!Self.statuses[2].refusesCalls(at: Self.now + 708_000))
    }
}
