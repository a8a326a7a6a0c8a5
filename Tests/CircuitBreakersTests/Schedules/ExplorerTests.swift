#if DEBUG
import ResilienceTestKit
import StateMachines
import Synchronization
import Testing

@testable import CircuitBreakers

/// The tester itself: it must miss no schedule that ends differently, and make few that do not.
struct ExplorerTests {
    /// Words and a lock, as the breaker has them.
    private final class Ground: Sendable {
        let words = [Word(), Word(), Word()]
        let lock = Locked(0)

        final class Word: Sendable {
            let value = CircuitBreakers.Atomic<Int>(0)
        }
    }

    private enum Action: CaseIterable { case read, write, add, lockedAdd }

    /// One thread's actions on the words, and what it found.
    private static func thread(
        _ actions: [(Action, Int)],
        _ ground: Ground,
        _ seen: SharedList<Int>
    ) -> @Sendable () -> Void {
        {
            var own = 1
            for (action, index) in actions {
                let word = ground.words[index]
                switch action {
                case .read:
                    own = own * 3 + word.value.load(ordering: .sequentiallyConsistent)
                case .write:
                    word.value.store(own, ordering: .sequentiallyConsistent)
                case .add:
                    let found = word.value.load(ordering: .sequentiallyConsistent)
                    let won = word.value.compareExchange(
                        expected: found,
                        desired: found + own,
                        ordering: .sequentiallyConsistent
                    )
                    if !won.exchanged { own += 7 }
                case .lockedAdd:
                    ground.lock.withLock { _ in
                        let found = word.value.load(ordering: .sequentiallyConsistent)
                        word.value.store(found + own, ordering: .sequentiallyConsistent)
                    }
                }
                own &= 0xFFFF
            }
            seen.append(own)
        }
    }

    /// All ends of a program.
    private static func ends(
        _ search: Explorer.Search,
        _ program: [[(Action, Int)]]
    ) -> (ends: Set<[Int]>, schedules: Int, problem: String?) {
        let explorer = Explorer(search)
        var ends: Set<[Int]> = []
        explorer.explore {
            let ground = Ground()
            let seen = program.map { _ in SharedList<Int>() }
            return Explorer.Play(program.indices.map { thread(program[$0], ground, seen[$0]) }) {
                ends.insert(
                    ground.words.map { $0.value.load(ordering: .sequentiallyConsistent) } + seen.flatMap(\.all)
                )
                return nil
            }
        }
        return (ends, explorer.schedules + explorer.redundant, explorer.problem)
    }

    @Test func `no end of a random program is missed`() throws {
        // Always the same programs: how much the reduction saves differs from one to another.
        let seed: UInt64 = 20_260_901
        print("random programs from seed \(seed)")
        var random = SeededGenerator(seed: seed)
        var (blunt, reduced) = (0, 0)
        for round in 0..<4 {
            // The blunt search has to be done: two threads with whatever there is, or three with one action each.
            let (threads, actions) = round % 3 == 0 ? (2, 2) : (3, 1)
            let kinds: [Action] = threads == 2 ? Action.allCases : [.read, .write, .add]
            let program = (0..<threads)
                .map { _ in
                    (0..<actions)
                        .map { _ in
                            (
                                kinds.randomElement(using: &random) ?? .read,
                                Int.random(in: 0...(round / 3 % 2), using: &random)
                            )
                        }
                }
            let all = Self.ends(.bluntly, program)
            let few = Self.ends(.all, program)
            #expect(all.problem == nil)
            #expect(few.problem == nil)
            #expect(all.ends == few.ends, "\(program)")
            blunt += all.schedules
            reduced += few.schedules
        }
        print("\(blunt) schedules of random programs, \(reduced) after reduction")
        #expect(reduced * 5 < blunt)
    }
}
#endif
