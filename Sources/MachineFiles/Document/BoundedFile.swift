import Foundation

/// Reads a file no further than a limit, so that an endless one is refused like any that is too large.
package enum BoundedFile {
    /// Why a file cannot be read.
    package struct Problem: Error {
        /// The system's words.
        package var reason: String
        package var isMissing: Bool
    }

    /// The bytes of a file: all of them, or one more than the limit where there are more.
    package static func bytes(of path: String, atMost limit: Int) throws(Problem) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            var bytes: [UInt8] = []
            // As much as a regular file has: growing takes half as much again and more.
            if let size = try? file.seekToEnd(), (try? file.seek(toOffset: 0)) != nil {
                bytes.reserveCapacity(Int(min(size, UInt64(limit) + 1)))
            }
            while bytes.count <= limit,
                let part = try file.read(upToCount: min(1 << 20, limit + 1 - bytes.count)), !part.isEmpty
            {
                bytes += part
            }
            return bytes
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
            guard let cause, cause.domain == NSPOSIXErrorDomain else {
                throw Problem(reason: error.localizedDescription, isMissing: false)
            }
            let reason = unsafe String(cString: strerror(Int32(cause.code)))
            throw Problem(reason: reason, isMissing: cause.code == Int(ENOENT))
        }
    }
}
