import Synchronization

/// What became of this process's calls.
final class CallCounts: Sendable, CustomStringConvertible {
    private struct Numbers {
        var made = 0
        var failed = 0
        var refused = 0
    }

    private let numbers = Mutex(Numbers())

    func add(failed: Bool) {
        numbers.withLock { numbers in
            numbers.made += 1
            numbers.failed += failed ? 1 : 0
        }
    }

    func addRefused() {
        numbers.withLock { $0.refused += 1 }
    }

    var description: String {
        let now = numbers.withLock { $0 }
        return "calls=\(now.made) failed=\(now.failed) refused=\(now.refused)"
    }
}
