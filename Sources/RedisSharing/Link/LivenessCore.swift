/// Whether a connection that nobody asks anything still lives: silence, then a question with a nonce, then its answer
/// in time.
///
/// Any byte proves life while nothing was asked; once asked, only the answer does, so that a server whose replies are
/// stuck behind something is found out.
struct LivenessCore {
    private enum State: Equatable {
        /// Can transition to `asked` when the silence is over.
        case listening(since: UInt64)
        /// Can transition to `listening` when the answer comes.
        case asked(nonce: UInt64, until: UInt64)
    }

    private let silence: UInt64
    private let answerTime: UInt64
    private var state: State

    /// Times in nanoseconds.
    init(silence: UInt64, answerTime: UInt64, at now: UInt64) {
        self.silence = silence
        self.answerTime = answerTime
        state = .listening(since: now)
    }

    /// Something came.
    mutating func received(at now: UInt64) {
        if case .listening = state { state = .listening(since: now) }
    }

    enum TimerAction: Equatable {
        case wait(until: UInt64)
        case ask(nonce: UInt64, until: UInt64)
        case close
    }

    /// `nonce` is used if there is something to ask.
    mutating func timer(nonce: UInt64, at now: UInt64) -> TimerAction {
        switch state {
        case .listening(let since):
            guard now >= since + silence else { return .wait(until: since + silence) }
            state = .asked(nonce: nonce, until: now + answerTime)
            return .ask(nonce: nonce, until: now + answerTime)
        case .asked(_, let until):
            return now >= until ? .close : .wait(until: until)
        }
    }

    enum AnswerAction: Equatable {
        case none
        case close
    }

    /// The reply to the question: `nonce` is what it carried, `nil` for an error that only a living server sends.
    mutating func answered(nonce: UInt64?, at now: UInt64) -> AnswerAction {
        guard case .asked(let asked, _) = state, nonce == nil || nonce == asked else { return .close }
        state = .listening(since: now)
        return .none
    }
}
