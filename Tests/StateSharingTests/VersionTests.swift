import Testing

@testable import StateSharing

/// Names, order and time of versions (fleet protocol, sections 1 and 2).
struct VersionTests {
    @Test func `names are encoded so that no byte of them breaks out of a key or a message`() {
        #expect(ResourceID(kind: "breaker", name: "order-service:pay/v1").id == "order-service:pay/v1")
        #expect(ResourceID(kind: "breaker", name: "a b{c}*?[d]\n\u{1b}").id == "a%20b%7Bc%7D%2A%3F%5Bd%5D%0A%1B")
        #expect(ResourceID(kind: "breaker", name: "zürich").id == "z%C3%BCrich")
        #expect(ResourceID(kind: "breaker", name: "100%").id == "100%25")
        #expect(ResourceID(kind: "breaker", name: "zürich").decodedName == "zürich")
    }

    @Test func `a name that would be longer than 200 characters is hashed`() {
        let fits = String(repeating: "a", count: 200)
        #expect(ResourceID(kind: "breaker", name: fits).id == fits)
        let long = ResourceID(kind: "breaker", name: fits + "a")
        #expect(long.id.count == 65)
        #expect(long.id.hasPrefix("~"))
        #expect(long.decodedName == nil)
        #expect(ResourceID(kind: "breaker", name: String(repeating: " ", count: 67)).id.hasPrefix("~"))
    }

    /// From FIPS 180-4's examples and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func `the hash is SHA-256`(message: String, digest: String) {
        #expect(SHA256.hexDigest(of: Array(message.utf8)) == digest)
    }

    @Test func `foreign characters make no resource`() {
        #expect(ResourceID(kind: "breaker", encodedID: "a b") == nil)
        #expect(ResourceID(kind: "Breaker", encodedID: "a") == nil)
        #expect(ResourceID(kind: "", encodedID: "a") == nil)
        #expect(ResourceID(kind: "breaker", encodedID: "") == nil)
        #expect(ResourceID(member: "breaker:a:b")?.id == "a:b")
        #expect(ResourceID(member: "breaker") == nil)
    }

    @Test func `writers are compared as numbers`() {
        let small = WriterID("0fffffffffffffff")!
        let large = WriterID("f000000000000000")!
        #expect(small < large)
        #expect(WriterID("0FFFFFFFFFFFFFFF") == nil)
        #expect(WriterID("fffffffffffffff") == nil)
        #expect(WriterID(bits: 10).description == "000000000000000a")
    }

    @Test func `the sample with the least round trip of the last eight counts`() {
        var clock = HybridClock(wallOffset: 0)
        #expect(clock.serverMs(at: 5_000_000) == 5000)
        clock.observe(serverMs: 1_000_000, sentAt: 0, receivedAt: 400)  // offset 999 999 800 µs
        #expect(clock.serverMs(at: 1_000_400) == 1_001_000)
        clock.observe(serverMs: 2_000_000, sentAt: 1000, receivedAt: 90_000)  // slower: does not count
        #expect(clock.serverMs(at: 1_000_400) == 1_001_000)
        for _ in 0..<8 { clock.observe(serverMs: 2_000_000, sentAt: 1000, receivedAt: 2000) }
        #expect(clock.serverMs(at: 2000) == 2_000_000, "the old sample has left the window")
    }

    @Test func `a hostile server time does not overflow`() {
        var clock = HybridClock(wallOffset: 0)
        clock.observe(serverMs: .max, sentAt: 0, receivedAt: 10)
        #expect(clock.serverMs(at: 1_000_000) == 1000)
    }

    @Test func `texts are cut at a character`() {
        #expect("abc".prefix(utf8: 3) == "abc")
        #expect("aßc".prefix(utf8: 2) == "a")
        #expect("aßc".prefix(utf8: 3) == "aß")
    }
}
