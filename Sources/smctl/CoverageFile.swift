import Foundation
import ResilienceTestKit
import StateMachines

/// The file in which the coverage of a machine grows from run to run.
struct CoverageFile {
    let path: String
    /// Where the file itself is: a link stays a link.
    private let target: URL

    init(path: String) {
        self.path = path
        var target = URL(fileURLWithPath: path)
        // One by one, since the last may lead to a file that is still to come; links in a circle are no file at the end.
        for _ in 0..<32 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target.path) else { break }
            target = URL(fileURLWithPath: next, relativeTo: target.deletingLastPathComponent()).absoluteURL
        }
        self.target = target
    }

    /// Puts what the file has into a coverage.
    ///
    /// - Returns: whether there is a file.
    /// - Throws: a failure with 65 for one that is no coverage of this machine.
    func read(into coverage: MachineCoverage) throws(Failure) -> Bool {
        let file = InputFile(path: path, kind: "coverage", limit: MachineCoverage.Record.maximumSize)
        guard let bytes = try file.bytesIfThere() else { return false }
        do {
            try coverage.merge(MachineCoverage.Record(json: bytes))
            return true
        } catch {
            throw Failure(.dataError, "\(path.shownPath): \(error)")
        }
    }

    /// Reads what ``add(_:)`` will add to, before anything runs.
    ///
    /// - Throws: a failure with 65 for a file that is no coverage of this machine, or that cannot be replaced: of a pipe
    ///   nobody knows when it ends.
    func begin(_ coverage: MachineCoverage) throws(Failure) {
        let type = try? FileManager.default.attributesOfItem(atPath: target.path)[.type] as? FileAttributeType
        guard type == nil || type == .typeRegular else {
            throw Failure(.dataError, "\(path.shownPath): it is no file that can be added to")
        }
        _ = try read(into: coverage)
    }

    /// Adds a coverage to the file, or begins it.
    ///
    /// The file is replaced as a whole, so nobody sees half of one; and its folder is locked meanwhile, so that of two runs
    /// that end at once neither loses what the other has added.
    func add(_ coverage: MachineCoverage) throws(Failure) {
        let lock = unsafe open(target.deletingLastPathComponent().path, O_RDONLY)
        defer { if lock >= 0 { close(lock) } }
        // Where a folder cannot be locked, as on some network file systems, runs are added one at a time by who starts them.
        if lock >= 0 { while flock(lock, LOCK_EX) != 0, errno == EINTR {} }
        _ = try read(into: coverage)
        do {
            try replace(with: Data((coverage.record.json + "\n").utf8))
        } catch {
            throw Failure(.dataError, "\(path.shownPath): cannot be written")
        }
    }

    /// Puts another file in the place of this one; who may read and write it stays the same.
    private func replace(with data: Data) throws {
        let mode = try? FileManager.default.attributesOfItem(atPath: target.path)[.posixPermissions] as? Int
        let next = target.deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString)")
        let descriptor = unsafe open(next.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode ?? 0o666))
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        do {
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            // What the process may not give away when it makes a file it may give away now.
            if let mode { fchmod(descriptor, mode_t(mode)) }
            try file.write(contentsOf: data)
            try file.close()
            guard unsafe rename(next.path, target.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            try? FileManager.default.removeItem(at: next)
            throw error
        }
    }
}
