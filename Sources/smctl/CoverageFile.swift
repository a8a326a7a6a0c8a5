import Foundation
import ResilienceTestKit
import StateMachines

/// The file in which the coverage of a machine grows from run to run.
struct CoverageFile {
    let path: String

    /// Puts what the file has into a coverage.
    ///
    /// - Returns: whether there is a file.
    /// - Throws: a failure with 65 for one that is no coverage of this machine.
    func read(into coverage: MachineCoverage) throws(Failure) -> Bool {
        do {
            guard let bytes = try bytes() else { return false }
            try coverage.merge(MachineCoverage.Record(json: bytes))
            return true
        } catch let error as MachineCoverageFileError {
            throw Failure(.dataError, "\(path): \(error.description)")
        } catch let error as MachineCoverage.MergeError {
            throw Failure(.dataError, "\(path): \(error.description)")
        } catch {
            throw Failure(.dataError, "\(path): cannot be read")
        }
    }

    /// Adds a coverage to the file, or begins it.
    ///
    /// The file is replaced as a whole, so nobody sees half of one; and its folder is locked meanwhile, so that of two runs
    /// that end at once neither loses what the other has added.
    func add(_ coverage: MachineCoverage) throws(Failure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let lock = unsafe open(folder, O_RDONLY)
        defer { if lock >= 0 { close(lock) } }
        // Where a folder cannot be locked, as on some network file systems, runs are added one at a time by who starts them.
        if lock >= 0 { while flock(lock, LOCK_EX) != 0, errno == EINTR {} }
        _ = try read(into: coverage)
        do {
            try Data((coverage.record.json + "\n").utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(.dataError, "\(path): cannot be written")
        }
    }

    /// What is in the file; nil if there is none.
    private func bytes() throws -> [UInt8]? {
        let file: FileHandle
        do {
            file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        } catch {
            if !FileManager.default.fileExists(atPath: path) { return nil }
            throw error
        }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        while bytes.count <= MachineCoverage.Record.maximumSize,
            let part = try file.read(upToCount: 1 << 20), !part.isEmpty
        {
            bytes += part
        }
        return bytes
    }
}
