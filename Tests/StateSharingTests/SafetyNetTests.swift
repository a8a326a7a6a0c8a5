import StateMachines
import Testing

@testable import StateSharing

/// What the regular reading of the store finds, and how often it reads (fleet protocol, section 8).
struct SafetyNetTests {
    /// Answers every read of the next while with nothing stored.
    private func readNothing(_ driver: inout CoreDriver, ms: Int) {
        for _ in 0..<ms {
            while let place = driver.requests.firstIndex(where: { if case .read = $0.request { true } else { false } })
            {
                let sent = driver.requests.remove(at: place)
                driver.answer(sent.ticket, .read(ReadReply(snapshots: [nil], position: driver.position())))
            }
            driver.advance(ms: 1)
        }
    }

    @Test func `a half-open period that the store lost is proposed as OPEN, its time over`() throws {
        var driver = CoreDriver()
        let period = driver.version("HALF_OPEN", at: driver.serverMs, epoch: 3)
        driver.goLive(stored: [period])
        driver.core.linkUp(at: driver.now)
        driver.take()
        readNothing(&driver, ms: 5)
        let item = try driver.requireCommit().1[0].item
        #expect(item.mode == .compareAndSet)
        #expect(item.expected == period.lastModified)
        #expect(item.version.state == "OPEN")
        #expect(item.version.version.rank == 2)
        #expect(item.version.remainingMs == 0)
        #expect(item.version.epoch == 4)
        #expect(item.version.reason == "lostWrite")
        #expect(item.version.actor.isEmpty)
    }

    @Test(arguments: [(1000, 300...900), (1001, 1800...5400)])
    func `above a thousand members the store is read six times more seldom`(
        members: Int,
        seconds: ClosedRange<Int64>
    ) throws {
        var driver = CoreDriver()
        driver.core.message(.beat(position: driver.position(), members: members), at: driver.now)
        driver.core.linkUp(at: driver.now)
        driver.take()
        let read = try #require(driver.requests.first { if case .read = $0.request { true } else { false } })
        let reply = ReadReply(snapshots: [nil], position: driver.position(), members: members)
        driver.answer(read.ticket, .read(reply))
        #expect(seconds.contains((driver.core.sync.nextFullAt - driver.now) / 1_000_000))
    }

    @Test func `the search for expired names goes on where the last one ended, and starts over at the end`() throws {
        var driver = CoreDriver()
        driver.goLive()
        var begun: [Int64] = []
        for page in [(700, true), (900, false), (5, false)] as [(Int64, Bool)] {
            driver.now = driver.core.sync.nextFullAt
            driver.core.tick(at: driver.now)
            driver.take()
            while let (ticket, request) = driver.nextRequest() {
                switch request {
                case .read(let indices, _):
                    let nothing: [StoredSnapshot?] = indices.map { _ in nil }
                    driver.answer(ticket, .read(ReadReply(snapshots: nothing, position: driver.position())))
                case .beat:
                    driver.answer(ticket, .beat(BeatReply(sent: true, position: driver.position(), members: 1)))
                case .prune(let after):
                    begun.append(after)
                    driver.answer(
                        ticket,
                        .changes(ChangesReply(resources: [], through: page.0, hasMore: page.1))
                    )
                default:
                    driver.answer(ticket, .done)
                }
            }
        }
        #expect(begun == [0, 700, 0])
    }
}
