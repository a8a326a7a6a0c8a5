#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The process's standard error and its environment, without Foundation.
enum StandardError {
    /// A text could not be written.
    struct Refused: Error {
        /// The system's `errno`.
        var code: Int32
    }

    /// Writes a text, in one piece as long as the system takes it in one.
    static func write(_ text: String) throws(Refused) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe systemWrite(STDERR_FILENO, start, bytes.count)
            }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw Refused(code: errno)
            }
        }
    }

    /// A variable of the environment.
    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

// Inside the type, `write` is the type's own.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe write(file, bytes, count)
}
