import ResilienceTestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct ManualClockTests {
    @Test func `a sleeper wakes when the clock shows its time and not before`() async throws {
        let clock = ManualClock(start: 100)
        try await confirmation { woke in
            async let sleeping: Void = {
                try await clock.sleep(for: .seconds(2))
                #expect(clock.now.milliseconds == 2100)
                woke()
            }()
            try await clock.somebodySleeps(until: 2100)
            clock.advance(by: 1999)
            try await clock.somebodySleeps(until: 2100)
            clock.advance(by: .milliseconds(1))
            try await sleeping
        }
    }

    @Test func `a time that has come is not waited for`() async throws {
        let clock = ManualClock(start: 100)
        try await clock.sleep(until: .init(milliseconds: 100))
        try await clock.sleep(until: .init(milliseconds: -7))
    }

    @Test func `a sleeper that is cancelled leaves nothing behind`() async throws {
        let clock = ManualClock()
        let sleeping = Task { try await clock.sleep(for: .seconds(1)) }
        try await clock.somebodySleeps(until: 1000)
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        let watching = Task { try await clock.somebodySleeps(until: 1000) }
        watching.cancel()
        await #expect(throws: CancellationError.self) { try await watching.value }
        clock.advance(by: 2000)
        #expect(clock.now.milliseconds == 2000)
    }

    @Test func `all whose time has come wake, the others sleep on`() async throws {
        let clock = ManualClock()
        let times: [Int64] = [10, 20, 20, 30]
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for time in times {
                group.addTask {
                    try await clock.sleep(until: .init(milliseconds: time))
                    return time
                }
            }
            for time in Set(times) { try await clock.somebodySleeps(until: time) }
            clock.advance(by: 20)
            var woken: [Int64] = []
            for _ in 0..<3 { woken.append(try await group.next() ?? 0) }
            #expect(woken.sorted() == [10, 20, 20])
            try await clock.somebodySleeps(until: 30)
            clock.advance(by: -15)
            clock.advance(by: 25)
            #expect(try await group.next() == 30)
        }
    }

    @Test func `no sum overflows`() {
        let clock = ManualClock(start: .max)
        let last = ManualClock.Instant(milliseconds: .max)
        #expect(clock.now == last)
        #expect(last.advanced(by: .seconds(Int64.max)) == last)
        #expect(ManualClock.Instant(milliseconds: .min).duration(to: last) == .milliseconds(Int64(1) << 62))
        for _ in 0..<3 { clock.advance(by: .seconds(Int64.min)) }
        #expect(clock.now == ManualClock.Instant(milliseconds: .min))
    }
}
