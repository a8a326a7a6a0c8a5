#if DEBUG
import Synchronization

/// Where a test may hold a thread and let another one go on: before each access of a word that threads share.
///
/// In debug builds only, where it costs one load while nobody watches; a release build has nothing of it.
@usableFromInline
package enum SchedulePoint {
    /// What a thread is about to do to a word.
    @usableFromInline
    package enum Access: Sendable {
        case read
        /// Writes, or may write: a compare-and-swap too.
        case write
        case lock
        /// Has just done: nobody is held here.
        case unlock
    }

    /// Who holds threads; it tells its own threads from all the others of the process.
    package protocol Watcher: Sendable {
        /// Returns when the calling thread may go on.
        func pass(_ access: Access, _ word: UInt, _ file: StaticString, _ line: UInt)
        /// The system's time in milliseconds for the calling thread; `nil` for the real one.
        func now() -> Int64?
        /// A number for the calling thread; `nil` if it is not one of the watcher's own.
        func lane() -> Int?
    }

    private static let isWatched = Atomic<Bool>(false)
    /// Written once, before `isWatched`.
    private nonisolated(unsafe) static var watcher: (any Watcher)?

    /// Lets a watcher see all accesses from now on; once in a process.
    package static func watch(_ new: any Watcher) {
        unsafe watcher = new
        isWatched.store(true, ordering: .releasing)
    }

    /// The calling thread is about to touch a word, which has an address of its own for as long as it lives.
    @usableFromInline
    package static func pass<Word: ~Copyable>(
        _ access: Access,
        _ word: borrowing Word,
        _ file: StaticString = #fileID,
        _ line: UInt = #line
    ) {
        guard isWatched.load(ordering: .acquiring) else { return }
        unsafe watcher?.pass(access, withUnsafePointer(to: word) { UInt(bitPattern: $0) }, file, line)
    }

    /// What a clock of the system is to tell instead of the time.
    package static var now: Int64? { isWatched.load(ordering: .acquiring) ? unsafe watcher?.now() : nil }

    /// Which of a few threads the calling one is to be taken for, where that is otherwise left to chance.
    package static var lane: Int? { isWatched.load(ordering: .acquiring) ? unsafe watcher?.lane() : nil }
}
#endif
