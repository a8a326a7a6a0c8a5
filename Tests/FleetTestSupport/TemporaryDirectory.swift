import Foundation

/// A folder of a test's own, with a path short enough for a unix socket.
package struct TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        let name = "smr-" + String(UInt64.random(in: .min ... .max), radix: 36)
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    package func file(_ name: String) -> String { path + "/" + name }

    package func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
