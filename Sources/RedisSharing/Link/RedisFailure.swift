import NIOCore
import StateSharing

/// What the server's words mean (fleet protocol, section 11).
enum RedisFailure {
    /// First words, with what to do about them.
    private static let codes: [String: StoreError.Code] = [
        "READONLY": .readOnly,
        "LOADING": .loading, "MASTERDOWN": .loading,
        "OOM": .writesRefused, "MISCONF": .writesRefused, "NOREPLICAS": .writesRefused,
        "BUSY": .busy,
        "NOAUTH": .denied, "WRONGPASS": .denied, "NOPERM": .denied, "DENIED": .denied,
        "WRONGTYPE": .wrongType,
        "SMARGS": .badArguments,
        "MOVED": .unsupported, "ASK": .unsupported, "TRYAGAIN": .unsupported, "CLUSTERDOWN": .unsupported,
        "CROSSSLOT": .unsupported,
    ]

    /// Texts that begin with plain `ERR`.
    private static let phrases: [(String, StoreError.Code)] = [
        ("invalid password", .denied),
        ("without any password configured", .denied),
        ("no password is set", .denied),
        ("ACL failure in script", .denied),
        ("can't run this command", .denied),
        ("can't access at least one of the keys", .denied),
        ("max number of clients", .unreachable),
        ("unknown command", .unsupported),
    ]

    /// What an error line means; its text is cut and escaped.
    static func reply(_ text: String) -> StoreError {
        StoreError(code(text), "the server says: " + printable(text))
    }

    private static func code(_ text: String) -> StoreError.Code {
        let words = text.split(separator: " ", maxSplits: 1)
        if let first = words.first, let code = codes[String(first)] { return code }
        // Servers before 7 wrap what a command inside a script says, and the word stands somewhere in the text.
        if text.hasPrefix("ERR Error running script") {
            let inner = text.split { !$0.isLetter }.lazy.compactMap { codes[String($0)] }
            if let code = inner.first { return code }
        }
        for (phrase, code) in phrases where text.contains(phrase) { return code }
        return .protocolViolation
    }

    /// Whether an error in reply to a sign of life proves that the server lives.
    static func provesLife(_ text: String) -> Bool {
        ["BUSY ", "LOADING ", "MASTERDOWN "].contains { text.hasPrefix($0) }
    }

    /// Whether the script has to be sent along.
    static func isNoScript(_ reply: RedisValue) -> Bool {
        if case .error(let text) = reply { text.hasPrefix("NOSCRIPT") } else { false }
    }

    /// A reply that nobody waits for: mostly the server's last words (`max number of clients reached`, protected mode).
    static func unasked(_ reply: RedisValue) -> StoreError {
        guard case .error(let text) = reply else {
            return StoreError(.protocolViolation, "a \(reply.kind) that nobody asked for")
        }
        let error = Self.reply(text)
        return error
    }

    /// What the network says.
    static func connection(_ error: any Error) -> StoreError {
        if let error = error as? StoreError { return error }
        return StoreError(.unreachable, printable(String(describing: error)))
    }

    /// At most 200 characters, without control characters: it goes into logs and onto terminals.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(200)
                    .map { $0.value < 32 || (127...159).contains($0.value) ? "\u{FFFD}" : $0 }
            )
        )
    }
}
