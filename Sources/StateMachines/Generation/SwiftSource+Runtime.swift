extension SwiftSource {
    /// What is the same for each machine: the order of microsteps, and their limits.
    var runtime: String {
        """
            enum Outcome: String {
                case moved, stayed, ignored, rejected, failedExit, failedAction, faulted
            }

            private enum Result {
                case moved, stayed, ignored, rejected, failedExit, failedAction, nobody, limit
            }

            /// Commits since the start.
            private(set) var sequence: UInt64 = 0
            /// Whether every event is refused until a reset.
            private(set) var isFaulted = false
            private var answers: [Guard: Bool] = [:]
            private var raised: [Event] = []
            private var isOverfull = false
            private var isFaultDue = false
            private var microsteps = 0

            /// Takes an event and does all that it causes.
            mutating func fire(_ event: Event, _ hooks: inout some \(type)Hooks) -> Outcome {
                if isFaulted { return .faulted }
                begin()
                let row = Self.table[Self.position(of: state)]
                let outcome: Outcome
                switch perform(row[Self.position(of: event)], isFault: false, &hooks) {
                case .moved: outcome = .moved
                case .stayed: outcome = .stayed
                case .ignored: return .ignored
                case .rejected, .nobody, .limit: return .rejected
                case .failedExit: return .failedExit
                case .failedAction: return .failedAction
                }
                settle(&hooks)
                return isFaulted ? .faulted : outcome
            }

            /// Takes the mark of a faulted machine away.
            mutating func reset() {
                isFaulted = false
            }

            private mutating func begin() {
                raised = []
                isOverfull = false
                isFaultDue = false
                microsteps = 1
            }

            /// Goes on until nothing is left: a failure, then eventless rules, then raised events.
            private mutating func settle(_ hooks: inout some \(type)Hooks) {
                while !isOverfull {
                    if isFaultDue {
                        guard takesMicrostep() else { break }
                        isFaultDue = false
                        let program = Self.table[Self.position(of: state)][\(definition.events.count)]
                        switch perform(program, isFault: true, &hooks) {
                        case .moved, .stayed, .ignored: if !isFaultDue { continue }
                        case .rejected, .failedExit, .failedAction, .nobody, .limit: break
                        }
                        isFaulted = true
                        return
                    }
                    if let program = Self.eventless[Self.position(of: state)] {
                        let result = perform(program, isFault: false, &hooks)
                        if result == .limit { break }
                        noteFailure(result)
                        if result != .nobody { continue }
                    }
                    guard !raised.isEmpty else { return }
                    guard takesMicrostep() else { break }
                    let event = raised.removeFirst()
                    let program = Self.table[Self.position(of: state)][Self.position(of: event)]
                    noteFailure(perform(program, isFault: false, &hooks))
                }
                isFaulted = true
            }

            private mutating func takesMicrostep() -> Bool {
                microsteps += 1
                return microsteps <= 64
            }

            /// Nobody can be told that an eventless rule or a raised event failed.
            private mutating func noteFailure(_ result: Result) {
                if result == .failedExit || result == .failedAction { isFaultDue = true }
            }

            private mutating func ask(_ guard: Guard, _ hooks: inout some \(type)Hooks) -> Bool {
                if let known = answers[`guard`] { return known }
                let isTrue = hooks.isTrue(`guard`)
                answers[`guard`] = isTrue
                return isTrue
            }

            /// Runs actions up to the first that fails. What those before a commit have raised is dropped with them.
            private mutating func run(_ actions: [Action], _ hooks: inout some \(type)Hooks) -> Bool {
                for action in actions {
                    var more: [Event] = []
                    do {
                        try hooks.run(action) { more.append($0) }
                        raise(more)
                    } catch {
                        raise(more)
                        return false
                    }
                }
                return true
            }

            private mutating func raise(_ events: [Event]) {
                for event in events {
                    if raised.count < 64 { raised.append(event) } else { isOverfull = true }
                }
            }

            private mutating func drop(downTo count: Int) {
                raised.removeLast(raised.count - count)
                isOverfull = false
            }

            private mutating func commit(_ target: State) {
                state = target
                sequence += 1
            }

            private mutating func enter(_ actions: [Action], _ isFault: Bool, _ hooks: inout some \(type)Hooks) {
                if run(actions, &hooks) { check(isFault, &hooks) } else { isFaultDue = true }
            }

            private mutating func check(_ isFault: Bool, _ hooks: inout some \(type)Hooks) {
                if isFault { return }
                for invariant in Self.invariants where !hooks.holds(invariant) {
                    isFaultDue = true
                    return
                }
            }

            private static let invariants: [Invariant] = [\(definition.invariants.map { "." + invariants[$0] }.joined(separator: ", "))]

        """
    }
}
