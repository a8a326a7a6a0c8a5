extension String {
    /// The text as logs and terminals may show it: on one line, without anything that steers a terminal.
    ///
    /// - Parameter limit: of a longer text so many Unicode scalars stay, at least 4: three quarters of its beginning and,
    ///   behind a `…`, its end, by which names often differ.
    /// - Returns: the text with control characters and the like as `\u{1B}`.
    package func printable(_ limit: Int) -> String {
        let scalars = unicodeScalars
        // Fewer bytes, fewer scalars: most texts need no counting.
        guard utf8.count > limit, scalars.count > limit else { return Self.escaped(scalars[...]) }
        let tail = limit / 4
        return Self.escaped(scalars.prefix(limit - tail - 1)) + "…" + Self.escaped(scalars.suffix(tail))
    }

    /// The scalars with control characters and the like as `\u{1B}`.
    static func escaped(_ scalars: Substring.UnicodeScalarView) -> String {
        guard scalars.contains(where: JSONText.mustEscape) else { return String(scalars) }
        var text = ""
        for scalar in scalars {
            if JSONText.mustEscape(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
