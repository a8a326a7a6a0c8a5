import Foundation

extension DocumentReader {
    /// The bytes of a file, no more than one byte more than a document may have, so that an endless one is refused like
    /// any that is too large.
    ///
    /// - Throws: why it cannot be opened or read.
    package static func bytes(ofFile path: String) throws(DocumentProblem) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            var bytes: [UInt8] = []
            while bytes.count <= maximumSize,
                let part = try file.read(upToCount: maximumSize + 1 - bytes.count), !part.isEmpty
            {
                bytes += part
            }
            return bytes
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason =
                cause?.domain == NSPOSIXErrorDomain
                ? unsafe String(cString: strerror(Int32(cause?.code ?? 0))) : error.localizedDescription
            throw DocumentProblem(message: "the file cannot be read: \(reason)")
        }
    }
}
