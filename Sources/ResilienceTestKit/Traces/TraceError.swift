/// Why a document is no trace.
public struct TraceError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and where: `steps[3].times: 0 is not in 1…1000000`.
    public var description: String
    /// The line of the document, from 1 on; `nil` for a trace that was not read from one.
    public var line: Int?
    /// The character in that line, from 1 on; `nil` for a trace that was not read from a document.
    public var column: Int?

    /// Which value of the document is meant, as ``StrictJSON/position(of:in:)`` takes it.
    let path: String?

    init(_ description: String) {
        self.description = Self.shortened(description)
        self.path = nil
    }

    /// Something is wrong with the value at `place`, or with the one at `path`.
    init(at place: String, _ message: String, path: String? = nil) {
        self.description = Self.shortened("\(place): \(message)")
        self.path = path ?? place
    }

    /// A document may hold names and numbers of any length, and a message is to be read: its middle goes, so that it still
    /// says where and what.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > 4000 else { return text }
        return "\(String(text.unicodeScalars.prefix(300)))…\(String(text.unicodeScalars.suffix(100)))"
    }

    /// The same error, with the position of its value in the document.
    func located(in bytes: [UInt8]) -> TraceError {
        guard let path, line == nil else { return self }
        let root = TraceReader.root
        let name = path == root ? "" : path.hasPrefix(root + ".") ? String(path.dropFirst(root.count + 1)) : path
        return at(StrictJSON.position(of: name, in: bytes) ?? 0, of: bytes)
    }

    /// The same error at a byte of a document.
    func at(_ position: Int, of bytes: [UInt8]) -> TraceError {
        let before = bytes[..<min(position, bytes.count)]
        let start = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        var located = self
        located.line = before.count { $0 == UInt8(ascii: "\n") } + 1
        // All bytes of a character but its first are 10xxxxxx.
        located.column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
        return located
    }
}
