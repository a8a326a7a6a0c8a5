import CircuitBreakers
import StateMachines

/// Turns a document into a trace, noting what is wrong and going on.
///
/// Each step is read as soon as its text is, and the text's tree is dropped: the whole tree would take ten times the
/// memory of the document.
struct TraceReader {
    /// The key of the list of steps.
    static let items = "steps"

    private let findings = TraceFindings()
    private var steps: [Trace.Step] = []
    private var written: [Int: String] = [:]
    /// The steps to some configurations: equal ones share their memory.
    private var configurations: [CircuitBreaker.Configuration: Trace.Step] = [:]
    /// How many steps there were, those that cannot be read, too.
    private var count = 0
    /// The permits that are held; nil behind a step that cannot be read, since nobody knows then.
    private var held: Set<String>? = []

    /// Reads a trace.
    ///
    /// - Throws: ``TraceError`` with everything that is wrong, or with where a text stops being JSON.
    static func trace(_ bytes: [UInt8]) throws(TraceError) -> Trace {
        var reader = TraceReader()
        // As many as fit: `{"poll":true},`. Growing would take half as much again; what is not used is never touched.
        reader.steps.reserveCapacity(bytes.count / 14)
        let document: StrictJSON
        do throws(StrictJSONError) {
            document = try StrictJSON.parse(bytes, items: items) { reader.take($0) }
        } catch {
            var scanner = PositionScanner(bytes)
            scanner.advance(to: error.position)
            throw TraceError(findings: [
                .init(message: error.message, line: scanner.line, column: scanner.column)
            ])
        }
        let trace = reader.trace(document)
        guard let trace, reader.findings.count == 0 else { throw reader.findings.error(in: bytes) }
        return trace
    }

    /// Reads the next step.
    private mutating func take(_ json: StrictJSON) {
        count += 1
        let path = [Self.items, "[\(count)]"]
        guard let step = TraceStep.read(json, at: path, findings) else {
            held = nil
            return
        }
        checkPermits(step, at: path)
        switch step {
        case .events: keepText(of: json)
        case .reconfigure(let configuration):
            if let known = configurations[configuration] { return steps.append(known) }
            if configurations.count < 256 { configurations[configuration] = step }
        case .advance, .call, .begin, .end, .drop, .admin, .poll, .expect: break
        }
        steps.append(step)
    }

    /// Keeps the text of a list of events that ``Trace/json(_:)`` would write otherwise: with its keys in another order.
    private mutating func keepText(of step: StrictJSON) {
        guard case .object(let members) = step, case .array(let items)? = members.first?.value else { return }
        let isUsual = items.allSatisfy { item in
            guard case .object(let members) = item else { return false }
            return members.count == 1 || members.map(\.key) == ["from", "to", "event"]
        }
        if !isUsual { written[steps.count] = StrictJSON.array(items).compact }
    }

    /// Beginning an id that is held, or ending one that is not, makes the document no trace.
    ///
    /// Which ids are held is known beforehand: a trace stops at a `begin` that does not go as it says.
    private mutating func checkPermits(_ step: Trace.Step, at path: [String]) {
        switch step {
        case .begin(let id, let expected):
            guard held?.contains(id) != true else {
                findings.add(path, "\(MachineName.shown(id)) is held already: end or drop it first")
                return
            }
            if expected == nil || expected == .admitted { held?.insert(id) }
        case .end(let id, _), .drop(let id):
            guard held == nil || held?.remove(id) != nil else {
                findings.add(path, "\(MachineName.shown(id)) is not held: begin it first")
                return
            }
        case .advance, .call, .admin, .poll, .reconfigure, .expect, .events: break
        }
    }

    /// The trace, of what stands beside the steps; nil if not all of it is there.
    private mutating func trace(_ json: StrictJSON) -> Trace? {
        guard var members = TraceMembers(json, at: [], findings) else { return nil }
        let id = members.text("id")
        let about = members.text("about")
        let hasSeed = members.has("seed")
        let seed = members.take("seed").flatMap { self.seed($0) }
        let configuration = members.require("config").flatMap { TraceConfiguration.read($0, at: ["config"], findings) }
        // A list was taken step by step.
        if let rest = members.require(Self.items) { _ = TraceMembers.list(rest, at: [Self.items], findings) }
        members.finish(["id", "about", "config", "steps", "seed"])
        if !hasSeed, hasJitter(configuration) {
            findings.add([], "jitterBp needs a seed: write \"seed\": 1, or any other integer")
        }
        guard let id, let about, let configuration else { return nil }
        var trace = Trace(id: id, about: about, configuration: configuration, seed: seed, steps: steps)
        trace.writtenEvents = written
        return trace
    }

    /// Any integer of 64 bits, with or without a sign.
    private func seed(_ json: StrictJSON) -> UInt64? {
        if case .number(let text) = json, let seed = UInt64(text) { return seed }
        return TraceMembers.integer(json, at: ["seed"], findings).map { UInt64(bitPattern: $0) }
    }

    private func hasJitter(_ configuration: CircuitBreaker.Configuration?) -> Bool {
        (configuration?.jitterBp ?? 0) > 0
            || steps.contains {
                if case .reconfigure(let later) = $0 { return later.jitterBp > 0 }
                return false
            }
    }
}
