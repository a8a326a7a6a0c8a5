import CAllocations

/// Measures rows in one run, so that all of them see the same machine in the same mood.
///
/// In each round every row runs once, for about 3 ms; a ratio is taken within a round, and what is reported are medians
/// over the rounds. So a core that slows down or is taken away for a while touches a few rounds of all rows and not all
/// rounds of one.
struct Runner {
    private static let rounds = 101
    /// How long one run of a row should take, in nanoseconds.
    private static let runTime: UInt64 = 3_000_000
    /// Iterations for the count of allocations; it is taken from the difference to twice as many.
    private static let countedIterations = 1000

    let rows: [Row]

    /// A checksum was not what it must be.
    struct WrongResult: Error, CustomStringConvertible {
        let row: String
        let iterations: Int
        let found: UInt64
        let expected: UInt64

        var description: String {
            "\(row): the checksum after \(iterations) iterations is \(found) and must be \(expected)"
        }
    }

    func measure() async throws(WrongResult) -> [Measurement] {
        var iterations: [Int] = []
        var allocations: [Double?] = []
        for row in rows {
            iterations.append(try await iterationsForOneRun(of: row))
            allocations.append(try await countAllocations(of: row, atMost: iterations.last ?? 1))
        }
        var expected: [UInt64] = []
        for (row, iterations) in zip(rows, iterations) {
            expected.append(await row.expected(iterations))
        }
        var times = rows.map { _ in [Double]() }
        for round in 0..<Self.rounds {
            // Each round starts with another row: none is always behind the same one.
            for offset in rows.indices {
                let index = (round + offset) % rows.count
                let time = try await run(rows[index], iterations[index], expected[index])
                times[index].append(Double(time) / Double(iterations[index]))
            }
        }
        return rows.indices.map { index in
            let reference = rows.firstIndex { $0.name == rows[index].against }
            return Measurement(
                name: rows[index].name,
                nanoseconds: median(times[index]),
                least: times[index].min() ?? 0,
                allocations: allocations[index],
                against: rows[index].against,
                ratio: reference.map { median(zip(times[index], times[$0]).map { $0 / $1 }) }
            )
        }
    }

    /// Nanoseconds of one run.
    private func run(_ row: Row, _ iterations: Int, _ expected: UInt64) async throws(WrongResult) -> UInt64 {
        let start = Clock.precise()
        let found = await row.body(iterations)
        let time = Clock.precise() - start
        guard found == expected else {
            throw WrongResult(row: row.name, iterations: iterations, found: found, expected: expected)
        }
        return time
    }

    private func iterationsForOneRun(of row: Row) async throws(WrongResult) -> Int {
        var iterations = row.fewest
        while true {
            // The shortest of three: threads may start late, and one late start is not what an iteration takes.
            var time = UInt64.max
            for _ in 0..<3 {
                time = min(time, try await run(row, iterations, await row.expected(iterations)))
            }
            guard time < Self.runTime / 4 else {
                return max(row.fewest, iterations * Int(Self.runTime) / Int(time))
            }
            iterations *= 2
        }
    }

    /// Allocations of one iteration, `nil` where they cannot be counted.
    ///
    /// What a run allocates once cancels out.
    private func countAllocations(of row: Row, atMost limit: Int) async throws(WrongResult) -> Double? {
        guard allocations_countable() else { return nil }
        let iterations = min(Self.countedIterations, limit)
        var counts: [Int] = []
        for iterations in [iterations, 2 * iterations] {
            let expected = await row.expected(iterations)
            allocations_start()
            let found = await row.body(iterations)
            counts.append(allocations_stop())
            guard found == expected else {
                throw WrongResult(row: row.name, iterations: iterations, found: found, expected: expected)
            }
        }
        return Double(counts[1] - counts[0]) / Double(iterations)
    }

    private func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}
