/// Why a document is no trace.
public struct TraceError: Error, Hashable, CustomStringConvertible {
    /// What is wrong and where: `steps[3].times: 0 is not in 1…1000000`.
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}
