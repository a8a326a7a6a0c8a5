extension BeatRequest {
    /// What the heartbeat's script would refuse; `nil` when nothing.
    package var refusal: String? {
        if intervalMs < 100 || intervalMs > WireFormat.maximumInteger { return "an interval under 100 ms" }
        if memberForMs < 0 || memberForMs > WireFormat.maximumInteger / 4 { return "a membership of \(memberForMs) ms" }
        if member.utf8.count > 256 { return "a member longer than 256 bytes" }
        if member.utf8.contains(where: { $0 <= 32 || $0 == 127 }) { return "a member with spaces or controls" }
        return nil
    }

    /// Checks the request.
    package func check() throws(StoreError) {
        if let refusal { throw StoreError(.badArguments, refusal) }
    }
}
