/// One thing that is measured.
///
/// A row is a name and a closure that does the thing `iterations` times, from a fresh start each time, and returns a
/// checksum of all results. The checksum keeps the optimiser from dropping the work, and it is compared with what it
/// must be, so that a wrong result is not taken for a fast one.
struct Row {
    /// `family.thing`.
    let name: String
    /// The row that this one is divided by.
    let against: String?
    /// The fewest iterations in one run; more than 1 where a run has a cost of its own.
    let fewest: Int
    /// What the checksum is after so many iterations.
    let expected: (Int) async -> UInt64
    let body: (Int) async -> UInt64

    /// A row whose checksum is the number of iterations.
    init(
        _ name: String,
        against: String? = nil,
        fewest: Int = 1,
        _ body: @escaping (Int) async -> UInt64
    ) {
        self.init(name, against: against, fewest: fewest, expected: { UInt64($0) }, body: body)
    }

    /// A row whose checksum another closure knows, which does the same by other means.
    init(
        _ name: String,
        against: String? = nil,
        fewest: Int = 1,
        expected: @escaping (Int) async -> UInt64,
        body: @escaping (Int) async -> UInt64
    ) {
        self.name = name
        self.against = against
        self.fewest = fewest
        self.expected = expected
        self.body = body
    }
}
