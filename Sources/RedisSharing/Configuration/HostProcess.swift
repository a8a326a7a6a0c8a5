#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What this process is called.
enum HostProcess {
    /// `sm1:<host>:<pid>`.
    static let clientName = "sm1:\(host):\(getpid())"

    /// The host's name, each byte outside `A–Z a–z 0–9 . _ -` as `_`; `localhost` when it has none.
    static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        // Unsafe: C writes at most the buffer's length; the last byte stays 0.
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        guard !bytes.isEmpty else { return "localhost" }
        let plain = bytes.prefix(64).map { RedisConfiguration.isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: plain, as: UTF8.self)
    }()
}
