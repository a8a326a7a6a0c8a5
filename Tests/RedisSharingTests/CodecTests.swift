import NIOCore
import ResilienceTestKit
import StateSharing
import Testing

@testable import RedisSharing

extension RESPDecoder {
    fileprivate mutating func feed(_ bytes: [UInt8]) throws(StoreError) -> [RedisValue] {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(StoreError) in try unsafe feed(bytes) }
        }
        return try result.get()
    }
}

@Suite struct CodecTests {
    /// Feeds text in pieces; `nil` size = at once.
    private func decode(
        _ bytes: [UInt8],
        pieces: Int? = nil,
        limits: RESPDecoder.Limits = .init()
    ) throws -> [RedisValue] {
        var decoder = try RESPDecoder(limits: limits)
        var replies: [RedisValue] = []
        for start in stride(from: 0, to: bytes.count, by: pieces ?? RESPDecoder.feedLength) {
            let piece = Array(bytes[start..<min(start + (pieces ?? RESPDecoder.feedLength), bytes.count)])
            replies += try decoder.feed(piece)
        }
        return replies
    }

    private func decode(_ text: String, pieces: Int? = nil) throws -> [RedisValue] {
        try decode(Array(text.utf8), pieces: pieces)
    }

    static let everything =
        "+OK\r\n-ERR no\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n$5\r\na\r\nbc\r\n*0\r\n"
        + "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n-E inside\r\n"

    static let expected: [RedisValue] = [
        .status(Array("OK".utf8)), .error("ERR no"), .integer(-42), .null, .null, .bulk([]),
        .bulk(Array("a\r\nbc".utf8)),
        .array([]), .array([.integer(1), .array([.bulk(Array("x".utf8)), .null]), .error("E inside")]),
    ]

    @Test(arguments: 1...Self.everything.utf8.count)
    func `reads every kind of reply, wherever it is split`(pieces: Int) throws {
        #expect(try decode(Self.everything, pieces: pieces) == Self.expected)
    }

    @Test func `reads strings of any bytes`() throws {
        let bytes = (0...255).map { UInt8($0) }
        #expect(try decode(Array("$256\r\n".utf8) + bytes + Array("\r\n".utf8), pieces: 7) == [.bulk(bytes)])
    }

    @Test(arguments: ["*4097\r\n", "*100000000\r\n", "*2147483647\r\n", "*9223372036854775807\r\n", "*-2\r\n"])
    func `refuses an array larger than the limit before it allocates`(header: String) {
        #expect(throws: StoreError.self) { try decode(header) }
    }

    @Test func `takes an array of the limit`() throws {
        let text = "*4096\r\n" + String(repeating: ":1\r\n", count: 4096)
        #expect(try decode(text).first?.elements?.count == 4096)
    }

    @Test func `refuses more elements in one reply than the limit, though no array is too large`() {
        let inner = "*4096\r\n" + String(repeating: ":1\r\n", count: 4096)
        #expect(throws: StoreError.self) { try decode("*4\r\n" + String(repeating: inner, count: 4)) }
    }

    @Test func `counts elements for each reply anew`() throws {
        let reply = "*4096\r\n" + String(repeating: ":1\r\n", count: 4096)
        #expect(try decode(String(repeating: reply, count: 10)).count == 10)
    }

    @Test func `refuses what is nested deeper than six`() throws {
        func nested(_ depth: Int) -> String { String(repeating: "*1\r\n", count: depth) + ":1\r\n" }
        #expect(try decode(nested(6)).count == 1)
        #expect(throws: StoreError.self) { try decode(nested(7)) }
        #expect(throws: StoreError.self) { try decode(nested(100_000)) }
    }

    @Test func `gives up a string that never ends once the limit of bytes is passed`() throws {
        var decoder = try RESPDecoder()
        _ = try decoder.feed(Array("$9223372036854775807\r\n".utf8))
        let chunk = [UInt8](repeating: 120, count: RESPDecoder.feedLength)
        var fed = 0
        do {
            while fed < 64 * 1024 * 1024 {
                fed += chunk.count
                _ = try decoder.feed(chunk)
            }
        } catch {
            #expect(error.code == .protocolViolation)
        }
        #expect(fed <= 4 * 1024 * 1024 + 2 * RESPDecoder.feedLength)
    }

    @Test func `gives up an array of long strings by all their bytes together`() {
        let element = "$100000\r\n" + String(repeating: "x", count: 100_000) + "\r\n"
        #expect(throws: StoreError.self) { try decode("*100\r\n" + String(repeating: element, count: 100)) }
    }

    @Test func `does not add up the bytes of complete replies`() throws {
        let reply = "$100000\r\n" + String(repeating: "x", count: 100_000) + "\r\n"
        #expect(try decode(String(repeating: reply, count: 100)).count == 100)
    }

    @Test(arguments: [
        "?\r\n", "hello\r\n", "$abc\r\n", ":12x\r\n", "*x\r\n", "$-2\r\n", "%1\r\n+a\r\n+b\r\n", ">1\r\n+a\r\n",
    ])
    func `refuses what is not RESP2`(text: String) {
        #expect(throws: StoreError.self) { try decode(text) }
    }

    @Test func `is finished after an error`() throws {
        var decoder = try RESPDecoder()
        for text in ["?\r\n", "+OK\r\n"] {
            var code: StoreError.Code?
            do { _ = try decoder.feed(Array(text.utf8)) } catch { code = error.code }
            #expect(code == .protocolViolation)
        }
    }

    @Test func `writes words of any bytes with their lengths`() throws {
        var command = RedisCommand("SET", "")
        command.append([0, 13, 10, 255])
        var buffer = try RESPEncoder.encode([command, RedisCommand("PING")])
        let expected = Array("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\n".utf8) + [0, 13, 10, 255]
        #expect(buffer.readBytes(length: buffer.readableBytes) == expected + Array("\r\n*1\r\n$4\r\nPING\r\n".utf8))
    }

    @Test(arguments: [1, 2, UInt64.random(in: .min ... .max)])
    func `writes what it reads`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var command = RedisCommand("X")
            for _ in 0..<Int.random(in: 0...50, using: &generator) {
                command.append(
                    (0..<Int.random(in: 0...300, using: &generator))
                        .map { _ in UInt8.random(in: 0...255, using: &generator) }
                )
            }
            var buffer = try RESPEncoder.encode([command])
            let replies = try decode(buffer.readBytes(length: buffer.readableBytes) ?? [], pieces: 61)
            let words = replies.first?.elements?.compactMap(\.bytes) ?? []
            #expect(words.count == command.ends.count)
            #expect(Array(words.joined()) == command.bytes)
        }
    }

    @Test func `refuses an empty command`() {
        #expect(throws: StoreError.self) { try RESPEncoder.encode([RedisCommand()]) }
    }
}
