import MachineFiles
import ResilienceTestKit
import StateMachines
import Testing

/// Samples with random damage: never a crash, always a definition or a reason.
@Suite struct MutationTests {
    private static let spices: [[UInt8]] =
        [
            "{", "}", "[", "]", ":", ": ", ",", "- ", "? ", "&a ", "*a", "!x ", "!!str ", "|", ">", "'", "\"", "#",
            " #", "%", "@",
            "\n", "\r\n", "\t", "  ", "---\n", "...\n", "<<: ", "~", "\u{FEFF}", "\u{2028}", "\u{85}", "\0", "\\", "😀",
            "{}", "[]",
            "true", "false", "fault", "null", "0s", "65536", "-1", "to: ", "if: ", "all: ", "stay: ", "parent: ",
            "final: true",
            "always: ", "on: ", "unhandled: error\n",
        ]
        .map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE2, 0x82], [0x80]]

    /// Mostly words and lines changed, which leaves it a document; else any bytes.
    static func damaged(_ bytes: [UInt8], _ others: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let other = others.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...4:
                guard let word = word(in: bytes, &random), let new = self.word(in: other, &random) else { continue }
                bytes.replaceSubrange(word, with: Int.random(in: 0..<4, using: &random) == 0 ? bytes[word] : other[new])
            case 5...6:
                var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                let line = lines.remove(at: Int.random(in: 0..<lines.count, using: &random))
                if Bool.random(using: &random) {
                    lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
                }
                bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
            default:
                bytes = torn(bytes, other, &random)
            }
        }
        return bytes
    }

    /// Cuts, copies, swaps, spices and flips.
    private static func torn(_ bytes: [UInt8], _ other: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...24, using: &random))
        switch Int.random(in: 0...6, using: &random) {
        case 0: bytes.removeSubrange(at..<end)
        case 1: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        case 2: bytes.replaceSubrange(at..<end, with: spices.randomElement(using: &random) ?? [])
        case 3: bytes.insert(contentsOf: spices.randomElement(using: &random) ?? [], at: at)
        case 4 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 5: bytes.removeSubrange(at...)
        default:
            let from = Int.random(in: 0...other.count, using: &random)
            bytes.replaceSubrange(at..<end, with: other[from..<min(other.count, from + 60)])
        }
        return bytes
    }

    /// Where some name or number stands.
    private static func word(in bytes: [UInt8], _ random: inout SeededGenerator) -> Range<Int>? {
        let isOfWord = { (byte: UInt8) in
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
        }
        let starts = bytes.indices.filter { isOfWord(bytes[$0]) && ($0 == 0 || !isOfWord(bytes[$0 - 1])) }
        guard let start = starts.randomElement(using: &random) else { return nil }
        return start..<(bytes[start...].firstIndex { !isOfWord($0) } ?? bytes.count)
    }

    @Test func `a damaged sample has a definition or findings in order`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let samples = Sample.all.map(\.bytes)
        let written = samples.compactMap { MachineFile(bytes: $0).definition }
            .map { Array(MachineFile.write($0, as: .json).utf8) }
        let sources = samples + written
        var codes: [String: Int] = [:]
        for number in 0..<5000 {
            let source = try #require(sources.randomElement(using: &random))
            let bytes = Self.damaged(source, sources, &random)
            let file = MachineFile(bytes: bytes)
            let text = {
                "seed \(seed), mutant \(number):\n\(String(decoding: bytes, as: UTF8.self))\n\(file.findings)"
            }
            for code in Set(file.findings.map(\.code.rawValue)) { codes[code, default: 0] += 1 }
            #expect((file.definition == nil) == file.findings.contains { $0.severity == .error }, "\(text())")
            #expect(isInOrder(file.findings), "\(text())")
            #expect(isOfOneTier(file.findings), "\(text())")
            #expect(file.findings.allSatisfy { isInside($0.position, bytes) }, "\(text())")
            if let definition = file.definition {
                #expect(MachineFile(MachineFile.write(definition)).definition == definition, "\(text())")
                #expect(definition.findings.allSatisfy { $0.severity == .warning }, "\(text())")
            }
        }
        print(codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        // The damage must be of every kind, or this tests nothing.
        for code in ["SM001", "SM002", "SM003", "SM004", "SM005", "SM007", "SM008", "SM101"] {
            #expect(codes[code, default: 0] > 0, "no \(code) with seed \(seed)")
        }
    }

    private func isInOrder(_ findings: [FileFinding]) -> Bool {
        zip(findings, findings.dropFirst())
            .allSatisfy { first, second in
                first.position < second.position
                    || first.position == second.position && first.code.rawValue <= second.code.rawValue
            }
    }

    private func isOfOneTier(_ findings: [FileFinding]) -> Bool {
        let codes = findings.map(\.code.rawValue)
        if codes.contains("SM001") { return codes.count == 1 }
        if codes.contains("SM003") { return codes.allSatisfy { $0 == "SM003" } }
        let isForm = codes.contains { $0 <= "SM011" }
        if isForm { return codes.allSatisfy { $0 <= "SM011" } }
        let hasError = codes.contains { $0 < "SM100" }
        return !hasError || !codes.contains { $0 == "SM101" || $0 == "SM102" }
    }

    /// Whether a document has such a line and column, the end of the line included.
    private func isInside(_ position: FilePosition, _ bytes: [UInt8]) -> Bool {
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        var lines: [Int] = [0]
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\n", index > 0, scalars[index - 1] == "\r" { continue }
            lines[lines.count - 1] += 1
            if scalar == "\n" || scalar == "\r" { lines.append(0) }
        }
        return (1...lines.count).contains(position.line) && (1...lines[position.line - 1] + 2).contains(position.column)
    }
}
