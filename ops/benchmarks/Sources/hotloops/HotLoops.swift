/// What `ops/lib/check-hot-loop` looks at: the benchmark's rows of `Machine` and `AtomicMachine`, from the same files.
///
/// It needs no other module than `StateMachines`, so it builds in a fraction of the time that the benchmarks take.
@main
struct HotLoops {
    /// Runs each row for a moment, to see that what is looked at works.
    static func main() async throws {
        for row in try MachineRows.rows() {
            let iterations = max(row.fewest, 1000)
            let found = await row.body(iterations)
            let expected = await row.expected(iterations)
            guard found == expected else { fatalError("\(row.name): \(found) and not \(expected)") }
        }
    }
}
