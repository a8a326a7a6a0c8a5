import CircuitBreakers

/// Collects what is wrong with a document, so that reading goes on.
final class TraceFindings {
    /// One thing that is wrong, and with which value.
    private struct Found {
        var path: [String]
        var message: String
    }

    private var found: [Found] = []
    /// All of them, those that are not kept, too.
    private(set) var count = 0

    /// Notes that something is wrong with a value.
    ///
    /// - Parameters:
    ///   - path: the value: `["steps", "[3]", "times"]`.
    ///   - owner: what the message calls it, if not by that path.
    ///   - message: what is wrong, and what may stand there.
    func add(_ path: [String], of owner: [String]? = nil, _ message: @autoclosure () -> String) {
        count += 1
        guard found.count < TraceError.maximumFindings else { return }
        found.append(Found(path: path, message: "\(Self.text(owner ?? path)): \(message())"))
    }

    /// Notes what is wrong with a configuration; its properties have the names of their keys.
    func add(_ findings: [BreakerConfigurationError.Finding], below path: [String]) {
        for finding in findings {
            add(path + finding.property.split(separator: ".").map(String.init), finding.message)
        }
    }

    /// Everything with its place in the document, in the order of the document.
    func error(in bytes: [UInt8]) -> TraceError {
        let places = StrictJSONPlaces()
        for found in found { places.add(found.path) }
        StrictJSON.locate(places, in: bytes, items: TraceReader.items)
        let placed = found.map { (offset: places.position(of: $0.path), message: $0.message) }
        // A stable order for those with one place: that of reading.
        let sorted = placed.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
        var scanner = PositionScanner(bytes)
        let findings = sorted.map { _, found in
            scanner.advance(to: found.offset)
            return TraceError.Finding(message: found.message, line: scanner.line, column: scanner.column)
        }
        return TraceError(findings: findings, omitted: count - found.count)
    }

    /// `config.window.size`, `steps[3].times`; the document itself is `trace`.
    private static func text(_ path: [String]) -> String {
        let isPart = path.first.map { ["config", TraceReader.items].contains($0) } ?? false
        return ((isPart ? [] : ["trace"]) + path)
            .reduce("") { $0.isEmpty ? $1 : $1.hasPrefix("[") ? $0 + $1 : "\($0).\($1)" }
    }
}

/// Counts lines and characters, forwards only.
struct PositionScanner {
    private let bytes: [UInt8]
    private var offset = 0
    /// From 1 on.
    private(set) var line = 1
    /// From 1 on, in Unicode scalars.
    private(set) var column = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Goes on to a byte.
    mutating func advance(to end: Int) {
        while offset < min(end, bytes.count) {
            if bytes[offset] == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if bytes[offset] & 0xC0 != 0x80 {
                // All bytes of a character but its first are 10xxxxxx.
                column += 1
            }
            offset += 1
        }
    }
}
