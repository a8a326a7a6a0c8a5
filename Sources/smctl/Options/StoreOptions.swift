import ArgumentParser
import Foundation
import RedisSharing
import StateSharing

/// Which store to talk to.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("redis"),
        help: ArgumentHelp(
            "redis://host:port, rediss://host:port or redis+unix:///path.sock. Else SMCTL_REDIS_URL, else redis://127.0.0.1:6379.",
            valueName: "url"
        )
    )
    var url: String?

    @Option(help: "Which fleet. Else SMCTL_NAMESPACE, else default.")
    var namespace: String?

    @Option(
        help: ArgumentHelp(
            "A file with the password on its first line. Else SMCTL_REDIS_PASSWORD (and SMCTL_REDIS_USERNAME), else the URL's.",
            valueName: "path"
        )
    )
    var passwordFile: String?

    @OptionGroup var tls: TLSOptions

    @Option(help: "How long to wait for the store at most: 500ms, 2s, 1m.")
    var timeout = DurationArgument(milliseconds: 2000)

    func validate() throws {
        guard (10...3_600_000).contains(timeout.milliseconds) else {
            throw ValidationError("--timeout must be 10ms to 1h")
        }
    }

    /// The configuration that options and environment amount to.
    ///
    /// - Throws: a ``Failure``: usage, with everything that is wrong, or an unreadable password file.
    func configuration(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Failure) -> RedisConfiguration {
        let password = try password(environment)
        let username = environment["SMCTL_REDIS_USERNAME"].flatMap { $0.isEmpty ? nil : $0 }
        var findings: [String] = []
        let configuration: RedisConfiguration
        do {
            configuration = try RedisConfiguration(
                url: url ?? environment["SMCTL_REDIS_URL"] ?? "redis://127.0.0.1:6379",
                namespace: namespace ?? environment["SMCTL_NAMESPACE"] ?? "default"
            ) { configuration in
                if let password {
                    let user = username ?? configuration.credentials?.username
                    configuration.credentials = RedisCredentials(username: user, password: password)
                } else if let username {
                    configuration.credentials?.username = username
                }
                findings = tls.apply(to: &configuration, environment)
                // One-shot: the whole is bounded by --timeout anyway, and a reason beats a bare "too late".
                let part = Duration.milliseconds(max(10, min(60_000, timeout.milliseconds * 9 / 10)))
                configuration.connectTimeout = part
                configuration.handshakeTimeout = part
                configuration.requestTimeout = part
            }
        } catch {
            throw Failure(.usage, ([error.description] + findings).joined(separator: "\n"))
        }
        guard findings.isEmpty else { throw Failure(.usage, findings.joined(separator: "\n")) }
        return configuration
    }

    private func password(_ environment: [String: String]) throws(Failure) -> String? {
        guard let passwordFile else {
            return environment["SMCTL_REDIS_PASSWORD"].flatMap { $0.isEmpty ? nil : $0 }
        }
        let bytes = try InputFile(path: passwordFile, kind: "password file", limit: 64 << 10).bytes()
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard let password = String(validating: line, as: UTF8.self) else {
            throw Failure(.dataError, "\(passwordFile.shownPath):1:1: the password is not UTF-8")
        }
        guard !password.isEmpty else {
            throw Failure(.dataError, "\(passwordFile.shownPath):1:1: the password is empty")
        }
        return password
    }
}
