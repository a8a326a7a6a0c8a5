import Synchronization

/// What the machine and the runtime cannot do faster; other rows are measured against these.
enum FloorRows {
    static func rows() -> [Row] {
        let cells = Cells()
        return [
            Row("floor.atomicLoad") { cells.load($0) },
            Row("floor.atomicAdd") { cells.add($0) },
            Row("floor.cas") { cells.exchange($0) },
            Row.twoThreads("floor.cas.2threads") { cells.exchangeUntilWon($0) },
            Row("floor.mutex") { cells.lock($0) },
            Row("floor.clockCoarse") { readings($0, Clock.coarse) },
            Row("floor.clockPrecise") { readings($0, Clock.precise) },
            Row("floor.twoMutexTwoClocks") { cells.lockTwice($0) },
            Row.twoThreads("floor.twoMutexTwoClocks.2threads") { cells.lockTwice($0) },
            Row("floor.asyncCall") { iterations in
                var sum: UInt64 = 0
                for _ in 0..<iterations {
                    sum = await next(sum)
                }
                return sum
            },
        ]
    }

    /// The number of readings that are not before the one before.
    @inline(__always)
    private static func readings(_ iterations: Int, _ clock: () -> UInt64) -> UInt64 {
        var last: UInt64 = 0
        var ordered: UInt64 = 0
        for _ in 0..<iterations {
            let now = clock()
            ordered &+= now >= last ? 1 : 0
            last = now
        }
        return ordered
    }

    @inline(never)
    static func next(_ number: UInt64) async -> UInt64 {
        number &+ 1
    }
}

/// One shared word in both its forms.
private final class Cells: Sendable {
    private let word = Atomic<UInt64>(0)
    private let locked = Mutex<UInt64>(0)

    func load(_ iterations: Int) -> UInt64 {
        word.store(1, ordering: .releasing)
        var sum: UInt64 = 0
        for _ in 0..<iterations {
            sum &+= word.load(ordering: .acquiring)
        }
        return sum
    }

    func add(_ iterations: Int) -> UInt64 {
        word.store(0, ordering: .releasing)
        for _ in 0..<iterations {
            word.wrappingAdd(1, ordering: .acquiringAndReleasing)
        }
        return word.load(ordering: .acquiring)
    }

    /// A load and an exchange an iteration, as in every loop around a compare-and-swap.
    func exchange(_ iterations: Int) -> UInt64 {
        word.store(0, ordering: .releasing)
        var won: UInt64 = 0
        for _ in 0..<iterations {
            let before = word.load(ordering: .acquiring)
            let result = word.weakCompareExchange(
                expected: before,
                desired: before &+ 1,
                ordering: .acquiringAndReleasing
            )
            won &+= result.exchanged ? 1 : 0
        }
        return won
    }

    /// What a breaker with a mutex does in a call: it reads the clock and locks, once before and once after it.
    func lockTwice(_ iterations: Int) -> UInt64 {
        var calls: UInt64 = 0
        for _ in 0..<iterations {
            let begin = Clock.precise()
            locked.withLock { $0 = begin }
            let end = Clock.precise()
            locked.withLock { $0 = end }
            calls &+= end >= begin ? 1 : 0
        }
        return calls
    }

    /// The loop around a compare-and-swap that two threads fight for.
    func exchangeUntilWon(_ iterations: Int) -> UInt64 {
        for _ in 0..<iterations {
            var before = word.load(ordering: .acquiring)
            while true {
                let (won, found) = word.weakCompareExchange(
                    expected: before,
                    desired: before &+ 1,
                    ordering: .acquiringAndReleasing
                )
                guard !won else { break }
                before = found
            }
        }
        return UInt64(iterations)
    }

    func lock(_ iterations: Int) -> UInt64 {
        locked.withLock { $0 = 0 }
        for _ in 0..<iterations {
            locked.withLock { $0 &+= 1 }
        }
        return locked.withLock { $0 }
    }
}
