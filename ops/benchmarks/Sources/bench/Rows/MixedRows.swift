import Foundation
import StateMachines
import Synchronization

/// Two threads that read a machine's state and move it now and then: the same table behind a mutex, behind a
/// reader-writer lock, and shared as one word.
enum MixedRows {
    static func rows() throws -> [Row] {
        let table = try gate.compile()
        let mutex = try MutexGate(table)
        let lock = try LockedGate(table)
        let shared = try SharedGate(table)
        var rows: [Row] = []
        for (name, each) in [("read95", 20), ("read50", 2)] {
            let reference = "machine.mutex.\(name)"
            rows.append(Row.twoThreads(reference) { mutex.work($0, moveEach: each) })
            rows.append(
                Row.twoThreads("machine.rwlock.\(name)", against: reference) { lock.work($0, moveEach: each) }
            )
            rows.append(
                Row.twoThreads("machine.atomic.\(name)", against: reference) { shared.work($0, moveEach: each) }
            )
        }
        rows.append(Row("machine.mutex.move") { mutex.work($0, moveEach: 1) })
        rows.append(Row("machine.atomic.move", against: "machine.mutex.move") { shared.work($0, moveEach: 1) })
        rows.append(Row.twoThreads("machine.mutex.move.2threads") { mutex.work($0, moveEach: 1) })
        rows.append(
            Row.twoThreads("machine.atomic.move.2threads", against: "machine.mutex.move.2threads") {
                shared.work($0, moveEach: 1)
            }
        )
        return rows
    }
}

/// The owner's machine behind a mutex.
private final class MutexGate: Sendable {
    private let machine: Mutex<Machine<Gate, Knock, Void>>

    init(_ table: MachineTable<Gate, Knock, Void>) throws {
        machine = Mutex(try Machine(table))
    }

    /// One iteration in `each` moves; `reset` leads to closed from anywhere, so every reading is of a closed gate.
    func work(_ iterations: Int, moveEach each: Int) -> UInt64 {
        var sum: UInt64 = 0
        var left = each
        for _ in 0..<iterations {
            left -= 1
            if left == 0 {
                left = each
                sum &+= machine.withLock { $0.fire(.reset).kind == .moved ? 1 : 0 }
            } else {
                sum &+= machine.withLock { $0.state == .closed ? 1 : 0 }
            }
        }
        return sum
    }
}

/// The owner's machine behind the system's reader-writer lock.
@safe
private final class LockedGate: @unchecked Sendable {
    private var machine: Machine<Gate, Knock, Void>
    /// Where the lock is must not change, so it has its own memory.
    private let lock = UnsafeMutablePointer<pthread_rwlock_t>.allocate(capacity: 1)

    init(_ table: MachineTable<Gate, Knock, Void>) throws {
        machine = try Machine(table)
        unsafe pthread_rwlock_init(lock, nil)
    }

    deinit {
        unsafe pthread_rwlock_destroy(lock)
        unsafe lock.deallocate()
    }

    func work(_ iterations: Int, moveEach each: Int) -> UInt64 {
        var sum: UInt64 = 0
        var left = each
        for _ in 0..<iterations {
            left -= 1
            if left == 0 {
                left = each
                unsafe pthread_rwlock_wrlock(lock)
                sum &+= machine.fire(.reset).kind == .moved ? 1 : 0
            } else {
                unsafe pthread_rwlock_rdlock(lock)
                sum &+= machine.state == .closed ? 1 : 0
            }
            unsafe pthread_rwlock_unlock(lock)
        }
        return sum
    }
}

/// The shared machine.
private final class SharedGate: Sendable {
    private let machine: AtomicMachine<Gate, Knock, Void>

    init(_ table: MachineTable<Gate, Knock, Void>) throws {
        machine = try AtomicMachine(table)
    }

    func work(_ iterations: Int, moveEach each: Int) -> UInt64 {
        var sum: UInt64 = 0
        var left = each
        for _ in 0..<iterations {
            left -= 1
            if left == 0 {
                left = each
                sum &+= machine.fire(.reset).kind == .moved ? 1 : 0
            } else {
                sum &+= machine.current.state == .closed ? 1 : 0
            }
        }
        return sum
    }
}
