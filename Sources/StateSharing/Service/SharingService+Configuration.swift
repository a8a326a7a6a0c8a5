#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension SharingService {
    /// How a process takes part in sharing.
    ///
    /// Every value has a default that fits a fleet of up to 1 000 processes.
    public struct Configuration: Sendable {
        /// The program's name in the list of members: bytes outside `[A-Za-z0-9._-]` are replaced by `-`, at most 64.
        public var application: String
        /// The host's name in the list of members, likewise.
        ///
        /// Default: what the system says.
        public var host: String
        /// Between heartbeats, for fleets of up to 2 000 members.
        ///
        /// Default 5 s, 100 ms…15 s.
        public var heartbeatInterval: Duration = .seconds(5)
        /// Between full reads of the store, ± 50 %: the safety net under lost messages.
        ///
        /// Default 10 min, 1 s…24 h; six times as long in fleets of more than 1 000 members.
        public var fullSyncInterval: Duration = .seconds(600)
        /// How long an unused snapshot stays in the store.
        ///
        /// Default 24 h, 1 min…30 days.
        public var timeToLive: Duration = .seconds(86_400)
        /// How long a graceful stop may take to write what is waiting.
        ///
        /// Default 500 ms, 0…30 s.
        public var flushTimeout: Duration = .milliseconds(500)
        /// The most machines that can be shared.
        ///
        /// Default 10 000, 1…100 000.
        public var maximumResources = 10_000
        /// Takes every message as a hint only and reads the store before acting on it: for a Redis whose channel others
        /// may write to.
        ///
        /// Costs a read for each change in each process. Default `false`.
        public var verifiesBeforeApplying = false

        /// Creates the default configuration.
        ///
        /// - Parameter application: the program's name in the list of members; default: that of the executable.
        public init(application: String? = nil) {
            self.application = application ?? Self.executableName
            host = Self.hostName
        }

        /// What is wrong with it, everything at once; empty when nothing is.
        public var findings: [String] {
            var findings: [String] = []
            func check(_ name: String, _ value: Duration, _ range: ClosedRange<Duration>) {
                guard !range.contains(value) else { return }
                findings.append("\(name) is \(value); it must be from \(range.lowerBound) to \(range.upperBound)")
            }
            check("heartbeatInterval", heartbeatInterval, .milliseconds(100) ... .seconds(15))
            check("fullSyncInterval", fullSyncInterval, .seconds(1) ... .seconds(86_400))
            check("timeToLive", timeToLive, .seconds(60) ... .seconds(2_592_000))
            check("flushTimeout", flushTimeout, .zero ... .seconds(30))
            if !(1...100_000).contains(maximumResources) {
                findings.append("maximumResources is \(maximumResources); it must be from 1 to 100000")
            }
            return findings
        }

        func core(writer: WriterID) -> SharingCore.Configuration {
            let parts = [writer.description, Self.plain(host), String(getpid()), Self.plain(application)]
            return SharingCore.Configuration(
                writer: writer,
                member: parts.joined(separator: "|"),
                heartbeatMs: heartbeatInterval.milliseconds,
                fullSyncMs: fullSyncInterval.milliseconds,
                timeToLiveMs: timeToLive.milliseconds,
                flushMs: flushTimeout.milliseconds,
                verifiesBeforeApplying: verifiesBeforeApplying
            )
        }

        private static func plain(_ text: String) -> String {
            let bytes = text.utf8.prefix(64)
                .map { byte in
                    ResourceID.isPlain(byte) && byte != UInt8(ascii: ":") && byte != UInt8(ascii: "/")
                        ? byte : UInt8(ascii: "-")
                }
            return bytes.isEmpty ? "-" : String(decoding: bytes, as: UTF8.self)
        }

        private static var executableName: String {
            CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "unknown"
        }

        private static var hostName: String {
            var buffer = [CChar](repeating: 0, count: 256)
            // The buffer is ours, its length is passed, and the last byte stays 0.
            guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
