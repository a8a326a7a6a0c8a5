import ArgumentParser
import RedisSharing

/// Whom to believe under `rediss://`, and as whom to come; the names are those of `redis-cli`.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A PEM file with the authorities to believe. Else SMCTL_REDIS_CACERT, else the system's.",
            valueName: "path"
        )
    )
    var cacert: String?

    @Option(help: ArgumentHelp("A PEM file with a client certificate; needs --key.", valueName: "path"))
    var cert: String?

    @Option(help: ArgumentHelp("A PEM file with the client certificate's key; needs --cert.", valueName: "path"))
    var key: String?

    func validate() throws {
        guard (cert == nil) == (key == nil) else {
            throw ValidationError("--cert and --key go together")
        }
    }

    /// Writes the options into a configuration whose URL has been read.
    ///
    /// - Returns: what is wrong: certificates for a connection without TLS.
    func apply(to configuration: inout RedisConfiguration, _ environment: [String: String]) -> [String] {
        guard configuration.tls != nil else {
            return cacert == nil && cert == nil ? [] : ["--cacert and --cert need a rediss:// URL"]
        }
        if let file = cacert ?? environment["SMCTL_REDIS_CACERT"].flatMap({ $0.isEmpty ? nil : $0 }) {
            configuration.tls?.trustRoots = .file(file)
        }
        if let cert, let key {
            configuration.tls?.identity = RedisTLS.Identity(certificateChainFile: cert, privateKeyFile: key)
        }
        return []
    }
}
