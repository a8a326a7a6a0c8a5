/// A host that calls the functions of a program; for the seats without timers and deferral.
struct BoundHost: MachineHost {
    let functions: MachineFunctions
    let context: ContextAddress

    func isTrue(guard: Int) -> Bool {
        functions.guards[`guard`](context)
    }

    func holds(invariant: Int) -> Bool {
        functions.invariants[invariant](context)
    }

    func run(_ action: Int, raising raised: inout RaisedEvents) -> Bool {
        do {
            try functions.actions[action](context, &raised)
            return true
        } catch {
            return false
        }
    }

    // Definitions with `defer` or `timeout` were refused when the machine was made.
    func keep(_ event: UInt8, isRaised: Bool) -> Bool { false }

    func armTimer(of state: UInt8) {}

    func endTimer(of state: UInt8) {}

    func endAllTimers() {}

    func note(_ word: TraceWord) {}
}
