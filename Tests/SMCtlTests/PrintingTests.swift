import Foundation
import StateSharing
import Testing

@testable import smctl

/// Text from elsewhere on its way to a terminal.
struct PrintingTests {
    @Test(arguments: [
        ("plain name", "plain name"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u{1B}[31mred\u{1B}[0m", "\\u{1B}[31mred\\u{1B}[0m"),
        ("bell\u{7}del\u{7F}", "bell\\u{7}del\\u{7F}"),
        ("c1 \u{9B}31m \u{85}", "c1 \\u{9B}31m \\u{85}"),
        ("\u{202E}evil\u{2066}", "\\u{202E}evil\\u{2066}"),
        ("lines\u{2028}\u{2029}", "lines\\u{2028}\\u{2029}"),
        ("zero\u{200B}width\u{FEFF}", "zero\\u{200B}width\\u{FEFF}"),
        ("back\\slash", "back\\\\slash"),
        ("Zahlung 支払い é", "Zahlung 支払い é"),
    ])
    func `nothing that steers a terminal is printed as it is`(text: String, expected: String) {
        #expect(Printable.escaped(text) == expected)
    }

    @Test func `no scalar that a terminal acts on comes through, in words or in JSON`() {
        for value in UInt32(0)...0x2FFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let json = JSONValue.string(String(scalar)).text
            for text in [Printable.escaped(String(scalar)), json] {
                for printed in text.unicodeScalars {
                    let isControl = printed.value < 0x20 || (0x7F...0x9F).contains(printed.value)
                    let turnsAround =
                        [0x061C, 0x200E, 0x200F].contains(printed.value)
                        || (0x202A...0x202E).contains(printed.value) || (0x2066...0x2069).contains(printed.value)
                    #expect(!isControl && !turnsAround, "U+\(String(value, radix: 16))")
                }
            }
        }
    }

    @Test func `widths count wide characters twice and combining marks not at all`() {
        #expect(Printable.width("abc") == 3)
        #expect(Printable.width("支払") == 4)
        #expect(Printable.width("e\u{301}") == 1)
        #expect(Printable.cut("支払い", to: 5) == "支払…")
        #expect(Printable.cut("支払い", to: 4) == "支…")
        #expect(Printable.cut("abc", to: 3) == "abc")
        #expect(Printable.padded("支", to: 4) == "支  ")
    }

    @Test func `JSON has sorted keys and rates as fractions`() throws {
        let value = JSONValue.object([
            "b": .rate(basisPoints: 6200), "a": .null, "d": .rate(basisPoints: 10_000), "c": .rate(basisPoints: 5),
            "e": .string("quote\" \u{1F600} \u{E0041}"),
        ])
        #expect(
            value.text
                == #"{"a":null,"b":0.62,"c":0.0005,"d":1,"e":"quote\" 😀 \udb40\udc41"}"#
        )
        let parsed = try JSONSerialization.jsonObject(with: Data(value.text.utf8)) as? [String: Any]
        #expect(parsed?["e"] as? String == "quote\" \u{1F600} \u{E0041}")
    }

    @Test(arguments: [
        (Int64(0), "0.0 s"), (4290, "4.2 s"), (9999, "9.9 s"), (59_999, "59 s"), (192_000, "3 m 12 s"),
        (7_500_000, "2 h 5 m"), (356_400_000, "4 d 3 h"), (-5, "0.0 s"),
    ])
    func `lengths have one or two units`(milliseconds: Int64, expected: String) {
        #expect(TimeText.length(milliseconds) == expected)
    }

    @Test func `instants have a date only when they are a day away`() throws {
        let zone = try #require(TimeZone(identifier: "GMT"))
        #expect(TimeText.instant(1_795_449_605_123, nowMs: 1_795_449_600_000, timeZone: zone) == "16:00:05")
        #expect(TimeText.instant(1_795_536_000_000, nowMs: 1_795_449_600_000, timeZone: zone) == "2026-11-24 16:00:00")
    }

    @Test(arguments: [
        ("500ms", Int64(500)), ("2s", 2000), ("15m", 900_000), ("1h30m", 5_400_000), ("1d", 86_400_000), ("0s", 0),
    ])
    func `durations have units`(text: String, milliseconds: Int64) {
        #expect(DurationArgument(argument: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "5", "-5s", "s", "5 s", "1.5s", "5S", "99999999999999999999s", "9223372036854775807d", "٣s"])
    func `what is not a duration is refused`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }
}
