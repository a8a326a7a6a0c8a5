import Foundation

extension MachineFile {
    /// Reads a file; one that cannot be opened or read is a finding (SM001), too.
    ///
    /// - Parameter path: where it is. No more than 1 MiB and one byte of it is read, so that an endless one is refused
    ///   like any that is too large.
    public init(contentsOf path: String) {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            var bytes: [UInt8] = []
            while bytes.count <= DocumentReader.maximumSize,
                let part = try file.read(upToCount: DocumentReader.maximumSize + 1 - bytes.count), !part.isEmpty
            {
                bytes += part
            }
            self.init(bytes: bytes)
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            let reason =
                cause?.domain == NSPOSIXErrorDomain
                ? unsafe String(cString: strerror(Int32(cause?.code ?? 0))) : error.localizedDescription
            self.init(unreadable: "the file cannot be read: \(reason)", at: LineIndex([]), 0)
        }
    }
}
