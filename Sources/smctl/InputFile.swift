import MachineFiles

/// A file that a command is given to read.
struct InputFile {
    let path: String
    /// What it is, for the messages: `script`.
    let kind: String
    /// The most bytes that one of its kind has.
    let limit: Int

    /// Its bytes; nil if there is no such file.
    ///
    /// - Throws: a failure with 65 when it cannot be read or is too large.
    func bytesIfThere() throws(Failure) -> [UInt8]? {
        let bytes: [UInt8]
        do throws(BoundedFile.Problem) {
            bytes = try BoundedFile.bytes(of: path, atMost: limit)
        } catch {
            if error.isMissing { return nil }
            throw Failure(.dataError, "\(path.shownPath): cannot be read: \(error.reason)")
        }
        guard bytes.count <= limit else {
            throw Failure(.dataError, "\(path.shownPath): a \(kind) has at most \(size)")
        }
        return bytes
    }

    /// Its bytes.
    ///
    /// - Throws: a failure with 65 when it is not there, cannot be read or is too large.
    func bytes() throws(Failure) -> [UInt8] {
        guard let bytes = try bytesIfThere() else {
            throw Failure(.dataError, "\(path.shownPath): cannot be read: there is no such file")
        }
        return bytes
    }

    private var size: String { limit < 1 << 20 ? "\(limit >> 10) KiB" : "\(limit >> 20) MiB" }
}
