/// A Lua script of the fleet protocol, embedded byte for byte.
struct Script: Sendable {
    /// The script's text.
    let source: [UInt8]
    /// SHA-1 of the text, 40 lower-case hex digits: what `EVALSHA` takes.
    ///
    /// From the table in the protocol, section 24.
    let sha: String

    /// The batched compare-and-set.
    static let commit = Script(source: PackageResources.commit_lua, sha: "8ba8b1a71fa8d36639e8c2ca65584e71e5178200")
    /// The heartbeat.
    static let beat = Script(source: PackageResources.beat_lua, sha: "15bdf38cb9cb74179b64ba0a4e48e0822dcbf47b")
    /// The removal of names whose hash has expired.
    static let gc = Script(source: PackageResources.gc_lua, sha: "6a44c0a997401b85dd55225130f36b1b1397c123")
}

extension Script {
    /// All of this release.
    static let all = [commit, beat, gc]

    /// `SCRIPT LOAD`.
    var load: RedisCommand {
        var command = RedisCommand("SCRIPT", "LOAD")
        command.append(source)
        return command
    }

    /// The call up to the number of keys: by digest, or with the whole text.
    func call(byDigest: Bool) -> RedisCommand {
        guard !byDigest else { return RedisCommand("EVALSHA", sha) }
        var command = RedisCommand("EVAL")
        command.append(source)
        return command
    }
}
