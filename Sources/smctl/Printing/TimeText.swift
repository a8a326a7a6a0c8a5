import Foundation

/// Lengths of time and instants in words.
enum TimeText {
    /// Milliseconds with one or two units: `4.2 s`, `12 s`, `3 m 12 s`, `2 h 5 m`, `4 d 3 h`.
    static func length(_ milliseconds: Int64) -> String {
        let ms = max(0, milliseconds)
        let seconds = ms / 1000
        switch seconds {
        case ..<10: return "\(seconds).\(ms % 1000 / 100) s"
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) m \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) m"
        default: return "\(seconds / 86_400) d \(seconds % 86_400 / 3600) h"
        }
    }

    /// An instant as the clock on the wall here shows it, with the date when it is a day or more from `nowMs`.
    static func instant(_ milliseconds: Int64, nowMs: Int64, timeZone: TimeZone = .current) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let clock = [parts.hour, parts.minute, parts.second].map { twoDigits($0 ?? 0) }.joined(separator: ":")
        guard abs(milliseconds - nowMs) >= 86_400_000 else { return clock }
        return "\(parts.year ?? 0)-\(twoDigits(parts.month ?? 0))-\(twoDigits(parts.day ?? 0)) \(clock)"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
