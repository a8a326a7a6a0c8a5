import Foundation
import StateMachines
import Synchronization

/// Runs a closure on so many threads of their own at once, more than there are cores, and waits for all of them.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let done = DispatchGroup()
    let gate = Gate()
    for index in 0..<count {
        done.enter()
        let thread = Thread {
            gate.wait()
            body(index)
            done.leave()
        }
        thread.start()
    }
    gate.open()
    done.wait()
}

/// Lets all threads begin at the same time.
private final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wait() {
        while !isOpen.load(ordering: .acquiring) {}
    }
}

/// A list that any thread appends to.
final class SharedList<Element: Sendable>: Sendable {
    private let elements = Locked<[Element]>([])

    func append(contentsOf new: [Element]) { elements.withLock { $0 += new } }

    func append(_ new: Element) { elements.withLock { $0.append(new) } }

    var all: [Element] { elements.withLock { $0 } }
}
