public import StateMachines

extension MachineCoverage.Record {
    /// The most bytes that are read: more than a machine of 256 states and 256 events with the longest names has.
    public static let maximumSize = 8 << 20

    /// Reads what `json` writes, in any order of keys and names and with any space.
    ///
    /// - Parameter bytes: UTF-8, at most ``maximumSize``.
    /// - Throws: ``MachineCoverageFileError`` with the first thing that is wrong. Whether the names are those of a machine
    ///   is asked when the record is merged.
    public init(json bytes: [UInt8]) throws(MachineCoverageFileError) {
        guard bytes.count <= Self.maximumSize else {
            throw MachineCoverageFileError(description: "a coverage has at most \(Self.maximumSize >> 20) MiB")
        }
        let document: StrictJSON
        do throws(StrictJSONError) {
            document = try StrictJSON.parse(bytes, depth: 8)
        } catch {
            throw MachineCoverageFileError(description: "line \(error.line): \(error.message)")
        }
        guard case .object(let members) = document else {
            throw MachineCoverageFileError(description: "\(document.kind) is not a coverage")
        }
        var rest = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.value) })
        func take(_ key: String) throws(MachineCoverageFileError) -> StrictJSON {
            guard let value = rest.removeValue(forKey: key) else {
                throw MachineCoverageFileError(description: "the key \"\(key)\" is missing")
            }
            return value
        }
        guard case .string(let machine) = try take("machine") else {
            throw MachineCoverageFileError(description: "machine: a name is missing")
        }
        guard case .number(let digits) = try take("version"), let version = UInt16(digits) else {
            throw MachineCoverageFileError(description: "version: an integer from 0 to 65535 is missing")
        }
        self.init(machine: machine, version: version)
        guard case .object(let states) = try take("pairs") else {
            throw MachineCoverageFileError(description: "pairs: an object is missing")
        }
        for state in states { pairs[state.key] = try Self.names(state.value, "pairs: \(state.key.printable(128))") }
        always = try Self.names(try take("always"), "always")
        timeouts = try Self.names(try take("timeouts"), "timeouts")
        seenTrue = try Self.names(try take("true"), "true")
        seenFalse = try Self.names(try take("false"), "false")
        if let key = members.first(where: { rest[$0.key] != nil })?.key {
            throw MachineCoverageFileError(description: "the key \"\(key.printable(128))\" does not belong here")
        }
    }

    private static func names(_ json: StrictJSON, _ key: String) throws(MachineCoverageFileError) -> Set<String> {
        guard case .array(let items) = json else {
            throw MachineCoverageFileError(description: "\(key): \(json.kind) is not a list of names")
        }
        var names: Set<String> = []
        for item in items {
            guard case .string(let name) = item else {
                throw MachineCoverageFileError(description: "\(key): \(item.kind) is not a name")
            }
            guard names.insert(name).inserted else {
                throw MachineCoverageFileError(description: "\(key): \"\(name.printable(128))\" stands twice")
            }
        }
        return names
    }
}

/// Why a text is no coverage.
public struct MachineCoverageFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, and where.
    public let description: String
}
