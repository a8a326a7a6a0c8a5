/// Checks a definition's form: names, lists, limits, references, parents.
///
/// Takes a definition of any size; everything is looked up by hash, once a mention.
struct FormCheck {
    /// The most states, and the most events, of a machine: both are numbered in a byte.
    private static let limit = 256

    let definition: MachineDefinition
    private(set) var findings: [Finding] = []

    private let states: Set<String>
    private let events: Set<String>
    private let guards: Set<String>
    private let actions: Set<String>

    init(definition: MachineDefinition) {
        self.definition = definition
        states = Set(definition.states.map(\.name))
        events = Set(definition.events)
        guards = Set(definition.guards)
        actions = Set(definition.actions)
    }

    mutating func checkDuplicates() {
        eachRepeated(definition.states.map(\.name)) { check, name in
            let message = "the state \(MachineName.shown(name)) stands twice: join the two or rename one"
            check.add(.duplicate, at: Place(["states", .key(name)], isKey: true), message)
        }
        for state in definition.states {
            eachRepeated(state.on.map(\.event)) { check, event in
                let what = "\(MachineName.shown(event)) stands twice in on of \(MachineName.shown(state.name))"
                let place = Place(["states", .key(state.name), "on", .key(event)], isKey: true)
                check.add(.duplicate, at: place, "\(what): join the two into one list of rules")
            }
        }
        for (index, migration) in definition.migrations.enumerated() {
            eachRepeated(migration.states.map(\.old)) { check, old in
                let place = Place(["migrate", .index(index), "states", .key(old)], isKey: true)
                check.add(.duplicate, at: place, "the old state \(MachineName.shown(old)) is mapped twice: keep one")
            }
        }
    }

    mutating func checkForm() {
        checkName(definition.name, at: Place(["machine"], isKey: true))
        checkState(definition.initial, at: Place(["initial"]))
        checkList(definition.events, "events")
        checkList(definition.guards, "guards")
        checkList(definition.actions, "actions")
        checkList(definition.invariants, "invariants")
        checkLimits()
        for state in definition.states { check(state) }
        let numbers = Dictionary(definition.states.enumerated().map { ($1.name, $0) }) { first, _ in first }
        for circle in Cycles.find(definition.states.map { state in state.parent.flatMap { numbers[$0] } }) {
            let names = (circle + circle.prefix(1)).map { MachineName.shown(definition.states[$0].name) }
            let what = "parents turn in a circle: \(shortened(names).joined(separator: " in "))"
            let place = Place(["states", .key(definition.states[circle[0]].name), "parent"])
            add(.parentCircle, at: place, "\(what); take one of them away")
        }
        for (index, migration) in definition.migrations.enumerated() { check(migration, index) }
    }

    private mutating func checkLimits() {
        let place = Place(["states"], isKey: true)
        if definition.states.isEmpty {
            add(.malformed, at: place, "the machine has no state: describe at least one")
        }
        let sizes = [(definition.states.count, "states"), (definition.alphabet.count, "events")]
        for (count, what) in sizes where count > Self.limit {
            let most = "and a machine has at most \(Self.limit)"
            add(.tooMany, at: place, "there are \(count) \(what), \(most): make two machines of it")
        }
    }

    private mutating func checkList(_ names: [String], _ key: String) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() {
            let place = Place([.key(key), .index(index)], isKey: true)
            checkName(name, at: place)
            if key == "events" { checkNotReserved(name, "in events", at: place) }
            if !seen.insert(name).inserted {
                add(.malformed, at: place, "\(MachineName.shown(name)) stands twice in \(key): take one away")
            }
        }
    }

    private mutating func check(_ migration: MigrationDefinition, _ index: Int) {
        let way: [Place.Step] = ["migrate", .index(index)]
        for mapping in migration.states {
            checkName(mapping.old, at: Place(way + ["states", .key(mapping.old)], isKey: true))
            checkState(mapping.new, at: Place(way + ["states", .key(mapping.old)]))
        }
        let mapped = Set(migration.states.map(\.old))
        for (position, name) in migration.unmappable.enumerated() {
            let place = Place(way + ["unmappable", .index(position)], isKey: true)
            checkName(name, at: place)
            if mapped.contains(name) {
                let what = "the old state \(MachineName.shown(name)) is both mapped and unmappable"
                add(.malformed, at: place, "\(what): take it out of states or out of unmappable")
            }
        }
    }

    private mutating func eachRepeated(_ names: [String], _ body: (inout Self, String) -> Void) {
        var counts: [String: Int] = [:]
        for name in names {
            counts[name, default: 0] += 1
            if counts[name] == 2 { body(&self, name) }
        }
    }

    /// A circle of 256 parents would fill the screen.
    private func shortened(_ names: [String]) -> [String] {
        names.count <= 8 ? names : names.prefix(4) + ["…"] + names.suffix(3)
    }

    // MARK: - One name

    mutating func add(_ code: Finding.Code, at place: Place, _ message: String) {
        findings.append(Finding(code, at: place, message))
    }

    mutating func checkName(_ name: String, at place: @autoclosure () -> Place) {
        guard !MachineName.isValid(name) else { return }
        add(.malformed, at: place(), "\(MachineName.shown(name)) is not a name: \(MachineName.rule)")
    }

    mutating func checkNotReserved(_ event: String, _ whereItStands: String, at place: @autoclosure () -> Place) {
        guard event == MachineDefinition.fault else { return }
        let rule = "it may stand in on, ignore and reject only"
        add(.malformed, at: place(), "the event fault \(whereItStands) is the engine's own: \(rule)")
    }

    /// Where no state can be read, state names are not checked.
    mutating func checkState(_ name: String, at place: @autoclosure () -> Place) {
        guard !states.isEmpty, !states.contains(name) else { return }
        add(.unknownState, at: place(), MachineName.unknown("state", name, "states"))
    }

    mutating func checkEvent(_ name: String, at place: @autoclosure () -> Place) {
        guard name != MachineDefinition.fault, !events.contains(name) else { return }
        add(.unknownEvent, at: place(), MachineName.unknown("event", name, "events"))
    }

    mutating func checkGuard(_ name: String, at place: @autoclosure () -> Place) {
        guard !guards.contains(name) else { return }
        add(.unknownGuard, at: place(), MachineName.unknown("guard", name, "guards"))
    }

    mutating func checkAction(_ name: String, at place: @autoclosure () -> Place) {
        guard !actions.contains(name) else { return }
        add(.unknownAction, at: place(), MachineName.unknown("action", name, "actions"))
    }
}
