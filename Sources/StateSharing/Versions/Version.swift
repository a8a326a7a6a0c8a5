/// One point in the shared history of a resource: totally ordered, and issued by one writer only once.
///
/// Ordered by `lastModified`, then `rank`, then `writer` (fleet protocol, section 2).
public struct Version: Sendable, Hashable, Comparable {
    /// Server time in milliseconds, 1…2⁵³−1; 0 in ``Version/none(rank:)`` only.
    public var lastModified: Int64
    /// 0…255, from the machine's definition.
    public var rank: UInt8
    /// Who issued it.
    public var writer: WriterID

    /// Creates a version from its parts.
    public init(lastModified: Int64, rank: UInt8, writer: WriterID) {
        self.lastModified = lastModified
        self.rank = rank
        self.writer = writer
    }

    /// The version that stands for an absent snapshot: older than every issued one.
    public static func none(rank: UInt8) -> Version {
        Version(lastModified: 0, rank: rank, writer: WriterID(bits: 0))
    }

    /// Ordered by `lastModified`, then rank, then writer.
    public static func < (a: Version, b: Version) -> Bool {
        (a.lastModified, a.rank, a.writer.bits) < (b.lastModified, b.rank, b.writer.bits)
    }
}
