#if DEBUG
import StateMachines
import Synchronization

/// In debug builds every atomic word of a breaker is one of these: a standard one with a ``SchedulePoint`` before each
/// access, so that tests can try all orders in which threads touch it.
///
/// It hides the standard library's type of the same name and has the same operations, as far as they are used here: the
/// code that is tested is the code that runs. A release build knows only the standard one.
struct Atomic<Value: FixedWidthInteger & Sendable>: ~Copyable, Sendable {
    private let word: Synchronization.Atomic<UInt64>

    init(_ value: Value) {
        word = Synchronization.Atomic(Self.bits(value))
    }

    private static func bits(_ value: Value) -> UInt64 { UInt64(truncatingIfNeeded: value) }

    // The orderings are constants of the instructions, so each one that is used has its own line.

    func load(ordering: AtomicLoadOrdering, file: StaticString = #fileID, line: UInt = #line) -> Value {
        SchedulePoint.pass(.read, word, file, line)
        let bits =
            if ordering == .relaxed {
                word.load(ordering: .relaxed)
            } else if ordering == .acquiring {
                word.load(ordering: .acquiring)
            } else {
                word.load(ordering: .sequentiallyConsistent)
            }
        return Value(truncatingIfNeeded: bits)
    }

    func store(_ value: Value, ordering: AtomicStoreOrdering, file: StaticString = #fileID, line: UInt = #line) {
        SchedulePoint.pass(.write, word, file, line)
        if ordering == .relaxed {
            word.store(Self.bits(value), ordering: .relaxed)
        } else if ordering == .releasing {
            word.store(Self.bits(value), ordering: .releasing)
        } else {
            word.store(Self.bits(value), ordering: .sequentiallyConsistent)
        }
    }

    func compareExchange(
        expected: Value,
        desired: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (exchanged: Bool, original: Value) {
        SchedulePoint.pass(.write, word, file, line)
        return replace(expected, desired, ordering)
    }

    /// Never fails for no reason here: a schedule must go the same way each time.
    func weakCompareExchange(
        expected: Value,
        desired: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (exchanged: Bool, original: Value) {
        SchedulePoint.pass(.write, word, file, line)
        return replace(expected, desired, ordering)
    }

    func exchange(
        _ value: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> Value {
        change(ordering, file, line) { _ in value }.oldValue
    }

    @discardableResult
    func wrappingAdd(
        _ amount: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (oldValue: Value, newValue: Value) {
        change(ordering, file, line) { $0 &+ amount }
    }

    @discardableResult
    func add(
        _ amount: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (oldValue: Value, newValue: Value) {
        change(ordering, file, line) { $0 + amount }
    }

    @discardableResult
    func subtract(
        _ amount: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (oldValue: Value, newValue: Value) {
        change(ordering, file, line) { $0 - amount }
    }

    @discardableResult
    func bitwiseXor(
        _ mask: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (oldValue: Value, newValue: Value) {
        change(ordering, file, line) { $0 ^ mask }
    }

    @discardableResult
    func max(
        _ other: Value,
        ordering: AtomicUpdateOrdering,
        file: StaticString = #fileID,
        line: UInt = #line
    ) -> (oldValue: Value, newValue: Value) {
        change(ordering, file, line) { Swift.max($0, other) }
    }

    /// One access, however often it takes to make it: without a point in between nobody is held here.
    private func change(
        _ ordering: AtomicUpdateOrdering,
        _ file: StaticString,
        _ line: UInt,
        _ change: (Value) -> Value
    ) -> (oldValue: Value, newValue: Value) {
        SchedulePoint.pass(.write, word, file, line)
        var current = Value(truncatingIfNeeded: word.load(ordering: .relaxed))
        while true {
            let next = change(current)
            let (won, found) = replace(current, next, ordering)
            if won { return (current, next) }
            current = found
        }
    }

    private func replace(
        _ expected: Value,
        _ desired: Value,
        _ ordering: AtomicUpdateOrdering
    ) -> (exchanged: Bool, original: Value) {
        let (old, new) = (Self.bits(expected), Self.bits(desired))
        let (won, found) =
            ordering == .relaxed
            ? word.compareExchange(expected: old, desired: new, ordering: .relaxed)
            : word.compareExchange(expected: old, desired: new, ordering: .sequentiallyConsistent)
        return (won, Value(truncatingIfNeeded: found))
    }
}
#endif
