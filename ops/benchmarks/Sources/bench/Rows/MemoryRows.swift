import CircuitBreakers

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a breaker takes of the memory: the growth of the process's resident set by 100 000 of them, divided.
enum MemoryRows {
    private static let count = 100_000

    /// Measured before everything else, in memory that nobody has used yet.
    static func measure(_ filter: String) throws -> [Measurement] {
        let windows: [(String, CircuitBreaker.Configuration.Window)] = [
            ("memory.breaker.count", .count(size: 100)),
            ("memory.breaker.time", .time(milliseconds: 10_000, buckets: 10)),
        ]
        var kept: [[CircuitBreaker]] = []
        var measurements: [Measurement] = []
        for (name, window) in windows where filter.isEmpty || name.contains(filter) {
            var breakers: [CircuitBreaker] = []
            // The list is there before, and all its pages.
            breakers.append(contentsOf: repeatElement(try CircuitBreaker("first"), count: count))
            guard let before = residentBytes() else { return [] }
            for index in 0..<count {
                breakers[index] = try CircuitBreaker("b\(index)", configuration: .init(window: window))
            }
            guard let after = residentBytes() else { return [] }
            measurements.append(Measurement(name: name, bytes: Double(after - before) / Double(count)))
            kept.append(breakers)
        }
        // None of them may be gone while another one is made.
        withExtendedLifetime(kept) {}
        return measurements
    }

    /// `nil` where the system does not tell.
    private static func residentBytes() -> Int? {
        #if os(Linux)
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
        defer { unsafe fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        let count = unsafe fread(&buffer, 1, buffer.count - 1, file)
        let fields = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
        #else
        return nil
        #endif
    }
}
