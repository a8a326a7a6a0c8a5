import StateSharing
import Testing

@testable import RedisSharing

@Suite struct FailureTests {
    static let words: [(String, StoreError.Code)] = [
        ("READONLY You can't write against a read only replica.", .readOnly),
        ("LOADING Redis is loading the dataset in memory", .loading),
        ("MASTERDOWN Link with MASTER is down", .loading),
        ("OOM command not allowed when used memory > 'maxmemory'. script: x, on @user_script:1.", .writesRefused),
        ("MISCONF Errors writing to the AOF file", .writesRefused),
        ("NOREPLICAS Not enough good replicas to write.", .writesRefused),
        ("BUSY Redis is busy running a script.", .busy),
        ("NOAUTH Authentication required.", .denied),
        ("WRONGPASS invalid username-password pair", .denied),
        ("NOPERM this user has no permissions to run the 'evalsha' command", .denied),
        ("DENIED Redis is running in protected mode", .denied),
        ("ERR AUTH <password> called without any password configured for the default user.", .denied),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", .wrongType),
        ("SMARGS item 3", .badArguments),
        ("MOVED 3999 127.0.0.1:6381", .unsupported), ("CLUSTERDOWN Hash slot not served", .unsupported),
        ("ERR max number of clients reached", .unreachable),
        ("ERR unknown command 'EVALSHA', with args beginning with: ", .unsupported),
        ("ERR value is not an integer", .protocolViolation), ("", .protocolViolation),
        (
            "ERR Error running script (call to f_8ba8): @user_script:62: @user_script: 62: -OOM command not allowed",
            .writesRefused
        ),
        (
            "ERR Error running script (call to f_8ba8): @user_script:62: -READONLY You can't write against a replica",
            .readOnly
        ),
    ]

    @Test(arguments: Self.words)
    func `knows what the server means`(text: String, code: StoreError.Code) {
        #expect(RedisFailure.reply(text).code == code)
    }

    @Test func `a word in somebody's text means nothing`() {
        #expect(RedisFailure.reply("ERR no such key OOM").code == .protocolViolation)
    }

    @Test func `shows no control characters and not everything`() {
        let message = RedisFailure.reply("ERR \u{1B}[31m" + String(repeating: "x", count: 10_000)).message
        #expect(!message.unicodeScalars.contains { $0.value < 32 })
        #expect(message.count < 300)
    }
}
