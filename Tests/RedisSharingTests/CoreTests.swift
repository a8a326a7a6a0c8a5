import StateSharing
import Testing

@testable import RedisSharing

/// A core by reference, because `#expect` takes no mutating call.
private final class Held<Core> {
    var value: Core

    init(_ value: Core) {
        self.value = value
    }
}

@Suite struct SlotCoreTests {
    private func core(slots: Int = 8, bytes: Int = 100) -> SlotCore {
        SlotCore(maximumSlots: slots, maximumUnsentBytes: bytes)
    }

    @Test func `replies go to their requests in order, one a command`() {
        let held = Held(core())
        #expect(held.value.send(request: 1, commands: 2, bytes: 1, deadline: 10) == .write)
        #expect(held.value.send(request: 2, commands: 1, bytes: 1, deadline: 11) == .write)
        #expect(
            (0..<4).map { _ in held.value.reply() } == [
                .deliver(request: 1), .deliver(request: 1), .deliver(request: 2), .close,
            ]
        )
    }

    @Test func `the replies of an abandoned request are dropped, and nobody else's`() {
        let held = Held(core())
        for request in 1...3 { _ = held.value.send(request: UInt64(request), commands: 2, bytes: 1, deadline: 10) }
        #expect(held.value.reply() == .deliver(request: 1))
        #expect(held.value.abandon(request: 1) == true)
        #expect(held.value.abandon(request: 2) == true)
        #expect(held.value.abandon(request: 2) == false, "once only")
        #expect(held.value.abandon(request: 9) == false, "nobody")
        #expect(
            (0..<6).map { _ in held.value.reply() } == [
                .drop, .drop, .drop, .deliver(request: 3), .deliver(request: 3), .close,
            ]
        )
    }

    @Test func `more commands than slots are refused as a whole`() {
        let held = Held(core(slots: 3))
        #expect(held.value.send(request: 1, commands: 2, bytes: 1, deadline: 10) == .write)
        guard case .refuse(let error) = held.value.send(request: 2, commands: 2, bytes: 1, deadline: 10) else {
            return #expect(Bool(false))
        }
        #expect(error.code == .overloaded)
        #expect(held.value.send(request: 3, commands: 1, bytes: 1, deadline: 10) == .write)
    }

    @Test func `bytes that pile up are refused until the network took some`() {
        let held = Held(core(slots: 100, bytes: 100))
        #expect(held.value.send(request: 1, commands: 1, bytes: 500, deadline: 10) == .write, "a large one alone")
        #expect(held.value.send(request: 2, commands: 1, bytes: 1, deadline: 10) != .write)
        held.value.written(bytes: 500)
        #expect(held.value.send(request: 3, commands: 1, bytes: 60, deadline: 10) == .write)
        #expect(held.value.send(request: 4, commands: 1, bytes: 41, deadline: 10) != .write)
        #expect(held.value.send(request: 5, commands: 1, bytes: 40, deadline: 10) == .write)
    }

    @Test func `the oldest slot's time counts`() {
        let held = Held(core())
        #expect(held.value.timer(at: 5) == .none)
        _ = held.value.send(request: 1, commands: 1, bytes: 1, deadline: 10)
        _ = held.value.send(request: 2, commands: 1, bytes: 1, deadline: 20)
        #expect(held.value.timer(at: 9) == .wait(until: 10))
        #expect(held.value.timer(at: 10) == .close)
        _ = held.value.reply()
        #expect(held.value.timer(at: 10) == .wait(until: 20))
    }

    @Test func `an abandoned slot that gets no reply still closes in time`() {
        let held = Held(core())
        _ = held.value.send(request: 1, commands: 1, bytes: 1, deadline: 10)
        _ = held.value.abandon(request: 1)
        #expect(held.value.timer(at: 10) == .close)
    }

    @Test func `closing names who waits, in order, and takes nothing more`() {
        let held = Held(core())
        for request in [4, 2, 9] as [UInt64] {
            _ = held.value.send(request: request, commands: 2, bytes: 1, deadline: 10)
        }
        _ = held.value.abandon(request: 2)
        #expect(held.value.close() == [4, 9])
        #expect(held.value.reply() == .close)
        #expect(held.value.timer(at: 99) == .none)
        #expect(held.value.send(request: 10, commands: 1, bytes: 1, deadline: 10) != .write)
    }
}

@Suite struct LivenessCoreTests {
    @Test func `asks after silence and goes on after the right answer`() {
        let held = Held(LivenessCore(silence: 5, answerTime: 2, at: 100))
        #expect(held.value.timer(nonce: 1, at: 104) == .wait(until: 105))
        held.value.received(at: 103)
        #expect(held.value.timer(nonce: 1, at: 105) == .wait(until: 108))
        #expect(held.value.timer(nonce: 7, at: 108) == .ask(nonce: 7, until: 110))
        #expect(held.value.timer(nonce: 8, at: 109) == .wait(until: 110))
        #expect(held.value.answered(nonce: 7, at: 109) == .none)
        #expect(held.value.timer(nonce: 9, at: 110) == .wait(until: 114))
    }

    @Test func `gives up without the answer, whatever else comes`() {
        let held = Held(LivenessCore(silence: 5, answerTime: 2, at: 0))
        _ = held.value.timer(nonce: 7, at: 5)
        held.value.received(at: 6)
        #expect(held.value.timer(nonce: 8, at: 7) == .close)
    }

    @Test func `another nonce, or an answer to nothing, is not a sign of life`() {
        let held = Held(LivenessCore(silence: 5, answerTime: 2, at: 0))
        #expect(held.value.answered(nonce: 7, at: 1) == .close)
        _ = held.value.timer(nonce: 7, at: 5)
        #expect(held.value.answered(nonce: 8, at: 6) == .close)
    }

    @Test func `an error that only a living server sends is one`() {
        let held = Held(LivenessCore(silence: 5, answerTime: 2, at: 0))
        _ = held.value.timer(nonce: 7, at: 5)
        #expect(held.value.answered(nonce: nil, at: 6) == .none)
        #expect(held.value.timer(nonce: 8, at: 10) == .wait(until: 11))
    }
}

@Suite struct BackoffCoreTests {
    private func core() -> BackoffCore {
        BackoffCore(firstMs: 100, maximumMs: 5000, stableMs: 10_000, deniedMs: 30_000)
    }
    private let whole = 1.0.nextDown

    private func delays(_ code: StoreError.Code, _ count: Int, members: Int = 0) -> [Int64] {
        let held = Held(core())
        return (0..<count).map { _ in held.value.lost(code, livedMs: 0, jitter: whole, members: members) + 1 }
    }

    @Test func `doubles up to the longest`() {
        #expect(delays(.unreachable, 8) == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
        #expect(delays(.loading, 6) == [250, 500, 1000, 2000, 4000, 5000])
        #expect(delays(.unreachable, 40).last == 5000)
    }

    @Test func `large fleets wait longer`() {
        #expect(delays(.unreachable, 10, members: 1000).last == 5000)
        #expect(delays(.unreachable, 10, members: 1001).last == 30_000)
    }

    @Test func `any part of the delay is waited`() {
        let held = Held(core())
        _ = held.value.lost(.unreachable, livedMs: 0, jitter: 0, members: 0)
        #expect(held.value.lost(.unreachable, livedMs: 0, jitter: 0, members: 0) == 0)
        #expect(held.value.lost(.unreachable, livedMs: 0, jitter: 0.5, members: 0) == 200)
    }

    @Test func `starts again after a stable life, not after a short one`() {
        let held = Held(core())
        for _ in 0..<5 { _ = held.value.lost(.unreachable, livedMs: 0, jitter: 0, members: 0) }
        #expect(held.value.lost(.unreachable, livedMs: 9_999, jitter: 0.5, members: 0) == 1600)
        #expect(held.value.lost(.unreachable, livedMs: 10_000, jitter: 0.5, members: 0) == 50)
        #expect(held.value.lost(.unreachable, livedMs: 0, jitter: 0.5, members: 0) == 100)
    }

    @Test(arguments: [StoreError.Code.denied, .unsupported, .wrongType])
    func `what somebody has to change first is tried rarely`(code: StoreError.Code) {
        let held = Held(core())
        #expect(held.value.lost(code, livedMs: 0, jitter: 0, members: 0) == 30_000)
        #expect(held.value.lost(code, livedMs: 0, jitter: whole, members: 0) == 59_999)
    }
}

@Suite struct LinksCoreTests {
    private let gone = StoreError(.unreachable, "gone")

    @Test func `up when both are ready, down once an episode`() {
        let held = Held(LinksCore())
        #expect(held.value.ready(.commands) == nil)
        #expect(!held.value.takesMessages, "not before up")
        #expect(held.value.ready(.subscription) == .up)
        #expect(held.value.takesMessages)
        #expect(held.value.lost(.subscription, gone) == .down(gone))
        #expect(!held.value.takesMessages)
        #expect(held.value.lost(.commands, gone) == nil)
        #expect(held.value.lost(.commands, gone) == nil)
        #expect(held.value.ready(.subscription) == nil)
        #expect(held.value.ready(.commands) == .up)
        #expect(held.value.lost(.commands, gone) == .down(gone))
    }

    @Test func `the first failure is told too`() {
        let held = Held(LinksCore())
        #expect(held.value.lost(.commands, gone) == .down(gone))
        #expect(held.value.lost(.subscription, gone) == nil)
    }

    @Test func `a subscription goes on telling while the command link is away`() {
        let held = Held(LinksCore())
        _ = held.value.ready(.commands)
        _ = held.value.ready(.subscription)
        _ = held.value.lost(.commands, gone)
        #expect(held.value.takesMessages)
        #expect(!held.value.isUp)
        #expect(held.value.ready(.commands) == .up)
        #expect(held.value.takesMessages)
    }
}

@Suite struct SignalQueueCoreTests {
    @Test func `drops messages beyond the limit, says so once, and never drops the rest`() {
        let held = Held(SignalQueueCore(limit: 2))
        let message = StoreSignal.message(.unknown)
        let down = StoreSignal.down(StoreError(.unreachable, "gone"))
        for signal in [message, .malformed(reason: "x"), message, message, down, .up, message] {
            held.value.add(signal)
        }
        #expect(held.value.takeAll() == [message, .malformed(reason: "x"), .overflow, down, .up])
        #expect(held.value.takeAll() == [])
        held.value.add(message)
        #expect(held.value.takeAll() == [message])
    }
}
