import Foundation

/// Runs half of the iterations on a thread of its own and the other half on this one, at the same time.
///
/// The time of an iteration is that of both together: on two cores half of what one call takes, if they do not
/// disturb each other. Starting a thread is in it, which is some ten microseconds in 3 ms.
func twoThreads(_ iterations: Int, _ body: @escaping @Sendable (Int) -> UInt64) -> UInt64 {
    let half = iterations / 2
    let result = ThreadResult()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        result.value = body(half)
        done.signal()
    }
    thread.start()
    let mine = body(iterations - half)
    done.wait()
    return mine &+ result.value
}

/// What the other thread found; read after it has said so.
private final class ThreadResult: @unchecked Sendable {
    var value: UInt64 = 0
}
