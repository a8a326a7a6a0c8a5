public import StateMachines

extension ReplayScript {
    /// Reads an `events.jsonl`.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, an object a line; blank lines are skipped.
    ///   - definition: the machine whose names may be used.
    /// - Throws: ``ReplayScriptError`` with every line that is wrong.
    public init(jsonLines bytes: [UInt8], for definition: MachineDefinition) throws(ReplayScriptError) {
        var commands: [ReplayCommand] = []
        var problems: [ReplayScriptError.Problem] = []
        var omitted = 0
        var (start, number) = (0, 0)
        // Line by line: all lines at once would take many times the memory of the text.
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[start..<end]
            (start, number) = (end + 1, number + 1)
            if line.allSatisfy(Self.isBlank) { continue }
            do throws(ReplayLineError) {
                commands.append(try Self.command(Array(line), definition))
            } catch {
                let problem = ReplayScriptError.Problem(line: number, message: error.message)
                if problems.count < ReplayScriptError.maximumProblems { problems.append(problem) } else { omitted += 1 }
            }
        }
        guard problems.isEmpty else { throw ReplayScriptError(problems: problems, omitted: omitted) }
        self.init(commands)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private static func command(
        _ line: [UInt8],
        _ definition: MachineDefinition
    ) throws(ReplayLineError) -> ReplayCommand {
        let json: StrictJSON
        do throws(StrictJSONError) {
            json = try StrictJSON.parse(line)
        } catch {
            throw ReplayLineError(message: error.message)
        }
        guard case .object(let members) = json else { throw ReplayLineError(message: "\(json.kind) is not an object") }
        var rest = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
        let command = try command(members.map(\.key), &rest, definition)
        if let key = members.first(where: { rest[$0.key] != nil })?.key {
            throw ReplayLineError(message: "the key \"\(key.printable(128))\" does not belong here")
        }
        return command
    }

    /// Takes the command out of a line's members; what it leaves does not belong there.
    private static func command(
        _ keys: [String],
        _ members: inout [String: StrictJSON],
        _ definition: MachineDefinition
    ) throws(ReplayLineError) -> ReplayCommand {
        for key in keys {
            switch key {
            case "fire":
                let name = try name(key, &members, of: "event", in: definition.events)
                let token = try members.removeValue(forKey: "token")
                    .map { json throws(ReplayLineError) in
                        try text(json, "token")
                    }
                let version = try integer("version", &members)
                let sequence = try integer("ifSequence", &members)
                return .fire(ReplayEvent(name, token: token, version: version, ifSequence: sequence))
            case "advance": return .advance(try duration(key, &members))
            case "drain": return .drain(try duration(key, &members))
            case "guard":
                let name = try name(key, &members, of: "guard", in: definition.guards + definition.invariants)
                guard case .bool(let value) = members.removeValue(forKey: "value") else {
                    throw ReplayLineError(message: "value: true or false is missing")
                }
                return .guard(name, value)
            case "fail": return .fail(try name(key, &members, of: "action", in: definition.actions))
            case "heal": return .heal(try name(key, &members, of: "action", in: definition.actions))
            case "pause", "resume", "reset":
                guard members.removeValue(forKey: key) == .bool(true) else {
                    throw ReplayLineError(message: "\(key): only true can stand here")
                }
                return key == "pause" ? .pause : key == "resume" ? .resume : .reset
            default: continue
            }
        }
        throw ReplayLineError(
            message: "none of fire, advance, guard, fail, heal, pause, resume, reset and drain stands here"
        )
    }

    private static func text(_ json: StrictJSON, _ key: String) throws(ReplayLineError) -> String {
        guard case .string(let text) = json else {
            throw ReplayLineError(message: "\(key): \(json.kind) is not a string")
        }
        return text
    }

    private static func name(
        _ key: String,
        _ members: inout [String: StrictJSON],
        of kind: String,
        in names: [String]
    ) throws(ReplayLineError) -> String {
        let name = try text(members.removeValue(forKey: key) ?? .null, key)
        guard names.contains(name) else {
            throw ReplayLineError(message: "\(key): there is no \(kind) \"\(name.printable(128))\"")
        }
        return name
    }

    private static func duration(
        _ key: String,
        _ members: inout [String: StrictJSON]
    ) throws(ReplayLineError) -> Int64 {
        let text = try text(members.removeValue(forKey: key) ?? .null, key)
        guard let milliseconds = ReplayDuration.milliseconds(text) else {
            throw ReplayLineError(
                message: "\(key): \"\(text.printable(128))\" is no duration from 0ms to 8760h in ms, s, m or h"
            )
        }
        return milliseconds
    }

    private static func integer(
        _ key: String,
        _ members: inout [String: StrictJSON]
    ) throws(ReplayLineError) -> Int64? {
        guard let json = members.removeValue(forKey: key) else { return nil }
        guard case .number(let text) = json, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int64(text)
        else { throw ReplayLineError(message: "\(key): an integer from 0 to 9223372036854775807 is missing") }
        return value
    }
}

/// What is wrong with one line of a script.
private struct ReplayLineError: Error {
    var message: String
}
