import Foundation
import Synchronization

/// Does half of the iterations in each of two threads and adds up what they return.
///
/// The threads meet before they begin, so that they work at the same time; to start them is part of a run, some 50 µs of
/// 3 ms, in every row alike.
func inTwoThreads(_ iterations: Int, _ body: @Sendable (Int) -> UInt64) -> UInt64 {
    let sum = Atomic<UInt64>(0)
    let arrived = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
        arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
        // Not for ever: on one core the other may not come before this one ends.
        for _ in 0..<10_000 where arrived.load(ordering: .acquiring) < 2 {}
        let part = body(thread == 0 ? iterations - iterations / 2 : iterations / 2)
        sum.wrappingAdd(part, ordering: .relaxed)
    }
    return sum.load(ordering: .acquiring)
}
