import ArgumentParser
import Foundation
import StateSharing

/// What all overrides take.
struct DecisionOptions: ParsableArguments {
    @Argument(help: "The breaker.")
    var name: String

    @Option(help: "Why, for those who look at it later; at most 200 bytes are kept.")
    var reason: String = ""

    @Option(help: "Who decides; the login name unless given, at most 100 bytes are kept.")
    var actor: String?

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        if name.isEmpty { throw ValidationError("the breaker's name is empty") }
        if name.utf8.count > 1024 { throw ValidationError("the breaker's name is longer than 1024 bytes") }
        if actor?.isEmpty == true { throw ValidationError("--actor is empty") }
    }

    /// Decides, and says what it changed.
    func decide(_ decision: OperatorDecision, create: Bool = false) async throws {
        let login = NSUserName()
        let request = OperatorRequest(
            name: name,
            decision: decision,
            actor: actor ?? (login.isEmpty ? "unknown" : login),
            reason: reason,
            create: create
        )
        let session = try StoreSession(store)
        let (outcome, board) = try await session.run { desk in
            let outcome = try await desk.decide(request)
            // What is shown is what stands there now, with the store's time.
            return (outcome, try await desk.board([request.name]))
        }
        try show(outcome, board)
        if !outcome.publishError.isEmpty {
            Console.note("stored, but not announced (\(outcome.publishError)): processes see it with their next sync")
        }
        if !outcome.journalError.isEmpty {
            Console.note("stored, but not written to the journal: \(outcome.journalError)")
        }
    }

    private func show(_ outcome: OperatorOutcome, _ board: BreakerBoard) throws {
        let resource = ResourceID(kind: OperatorDesk.kind, name: name)
        let after = BreakerStatus(resource: resource, name: name, version: outcome.after, readAtMs: board.nowMs)
        let before = outcome.before?.state ?? "CLOSED"
        switch output.format {
        case .json, .jsonl:
            var members = StatusJSON.members(of: after, processes: board.processes, nowMs: board.nowMs)
            members["changed"] = .integer(outcome.changed ? 1 : 0)
            members["previousState"] = .string(before)
            try Console.print(JSONValue.object(members).text)
        case .table:
            let change =
                outcome.changed ? "\(before) → \(after.state)\(Self.end(of: after, board.nowMs))" : "\(before) already"
            try Console.print(Printable.escaped("\(name): \(change)"))
        }
    }

    private static func end(of status: BreakerStatus, _ nowMs: Int64) -> String {
        switch status.expiry {
        case .never: return ", until it is reset"
        case .at(let instant): return ", until \(TimeText.instant(instant, nowMs: nowMs))"
        case nil: break
        }
        return status.openUntil.map { ", probes from \(TimeText.instant($0, nowMs: nowMs))" } ?? ""
    }
}

/// What overrides take that hold automatic transitions off.
struct HoldOptions: ParsableArguments {
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("For how long: 30s, 15m, 2h, 1d. Without it until it is reset.", valueName: "duration")
    )
    var duration: DurationArgument?

    @Flag(help: "Take a name that nobody shares yet.")
    var create = false

    func validate() throws {
        guard duration.map({ (1...OperatorDecision.maximumMs).contains($0.milliseconds) }) ?? true else {
            throw ValidationError("--for must be 1ms to \(OperatorDecision.maximumMs)ms")
        }
    }
}
