import Foundation
import Synchronization

extension Row {
    /// A row that does half of the iterations in each of two threads.
    ///
    /// Never less than 100 000 of them: the threads' start is a small part of that.
    static func twoThreads(
        _ name: String,
        against: String? = nil,
        _ body: @escaping @Sendable (Int) -> UInt64
    ) -> Row {
        Row(name, against: against, fewest: 100_000) { inTwoThreads($0, body) }
    }
}

/// Does half of the iterations in each of two threads and adds up what they return.
///
/// Threads and not `concurrentPerform`, which may use one for both. They meet before they begin, so that they work at the
/// same time; to start one is part of a run, some 50 µs of 3 ms, in every row alike.
private func inTwoThreads(_ iterations: Int, _ body: @escaping @Sendable (Int) -> UInt64) -> UInt64 {
    let meeting = Meeting()
    Thread {
        meeting.arrive()
        meeting.sum.wrappingAdd(body(iterations / 2), ordering: .relaxed)
        meeting.ended.signal()
    }
    .start()
    meeting.arrive()
    meeting.sum.wrappingAdd(body(iterations - iterations / 2), ordering: .relaxed)
    meeting.ended.wait()
    return meeting.sum.load(ordering: .acquiring)
}

/// What the two threads share.
private final class Meeting: Sendable {
    let sum = Atomic<UInt64>(0)
    let ended = DispatchSemaphore(value: 0)
    private let arrived = Atomic<Int>(0)

    /// Waits for the other thread, but not for ever: on one core it may not come before this one ends.
    func arrive() {
        arrived.wrappingAdd(1, ordering: .acquiringAndReleasing)
        for _ in 0..<1_000_000 where arrived.load(ordering: .acquiring) < 2 {}
    }
}
