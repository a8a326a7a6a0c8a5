#if DEBUG
import Foundation
import StateMachines
import Synchronization

/// The right to run: given by one thread, waited for by another.
final class Turn: Sendable {
    private let condition = NSCondition()
    private let isGiven = Synchronization.Atomic<Bool>(false)

    func give() {
        condition.lock()
        isGiven.store(true, ordering: .relaxed)
        condition.signal()
        condition.unlock()
    }

    func wait() {
        condition.lock()
        while !isGiven.load(ordering: .relaxed) { condition.wait() }
        isGiven.store(false, ordering: .relaxed)
        condition.unlock()
    }
}

/// A thread of which an ``Explorer`` decides when it runs.
final class ScheduledThread: Sendable {
    let explorer: Explorer
    /// `nil` for the one that explores: it is never held.
    let index: Int?
    let turn = Turn()

    init(_ explorer: Explorer, _ index: Int?) {
        self.explorer = explorer
        self.index = index
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        unsafe pthread_key_create(&key, nil)
        SchedulePoint.watch(Watcher())
        return key
    }()

    /// The calling thread, if it is one.
    private static var current: ScheduledThread? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<ScheduledThread>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Makes the calling thread this one for as long as `body` runs.
    func run(_ body: () -> Void) {
        withExtendedLifetime(self) {
            _ = unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
            body()
            _ = pthread_setspecific(Self.key, nil)
        }
    }

    private struct Watcher: SchedulePoint.Watcher {
        func pass(_ access: SchedulePoint.Access, _ word: UInt, _ file: StaticString, _ line: UInt) {
            guard let thread = current, let index = thread.index else { return }
            if access == .unlock {
                thread.explorer.unlock(word)
            } else {
                thread.explorer.arrive(index, SharedAccess(kind: access, word: word, file: file, line: line))
            }
        }

        func now() -> Int64? { current?.explorer.systemTime }

        func lane() -> Int? { current?.index }
    }
}
#endif
