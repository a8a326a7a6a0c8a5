import Foundation

/// What is known of where standard output goes.
struct Terminal {
    /// Whether it is a terminal.
    var isInteractive: Bool
    /// Columns; `nil` when lines may be as long as they like.
    var width: Int?
    /// Rows; `nil` when unknown.
    var height: Int?
    /// Whether colour is welcome.
    var wantsColor: Bool

    /// Looks at standard output; `COLUMNS` and `LINES` stand in where the terminal does not say.
    static func standardOutput(environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else {
            return Terminal(isInteractive: false, width: nil, height: nil, wantsColor: false)
        }
        var size = winsize()
        // The kernel fills the struct handed to it, whose lifetime is this call's.
        let known = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        let columns = known && size.ws_col > 0 ? Int(size.ws_col) : environment["COLUMNS"].flatMap { Int($0) }
        let rows = known && size.ws_row > 0 ? Int(size.ws_row) : environment["LINES"].flatMap { Int($0) }
        let muted = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        return Terminal(isInteractive: true, width: columns ?? 80, height: rows, wantsColor: !muted)
    }
}
