extension FormCheck {
    /// Names and forms in one state.
    mutating func check(_ state: StateDefinition) {
        let way: [Place.Step] = ["states", .key(state.name)]
        checkName(state.name, at: Place(way, isKey: true))
        if let parent = state.parent {
            checkState(parent, at: Place(way + ["parent"]))
        }
        checkActions(state.entry, way, "entry")
        checkActions(state.exit, way, "exit")
        checkTimeout(state, way)
        for item in state.on {
            let way = way + ["on", .key(item.event)]
            checkEvent(item.event, at: Place(way, isKey: true))
            if item.rules.isEmpty {
                let what = "\(MachineName.shown(item.event)) has an empty list of rules"
                add(.malformed, at: Place(way, isKey: true), "\(what): write a rule or take the event away")
            }
            for (index, rule) in item.rules.enumerated() { check(rule, way + [.index(index)]) }
        }
        for (index, rule) in state.always.enumerated() {
            let way = way + ["always", .index(index)]
            if rule.target == nil {
                let what = "a rule of always does not say where to go"
                add(.malformed, at: Place(way, isKey: true), "\(what): write to, stay and reenter are for events")
            }
            check(rule, way)
        }
        checkEvents(state.ignore, way, "ignore")
        checkEvents(state.reject, way, "reject")
        checkEvents(state.defer, way, "defer", isFaultFine: false)
    }

    private mutating func checkTimeout(_ state: StateDefinition, _ way: [Place.Step]) {
        guard let timeout = state.timeout else { return }
        let (seconds, attoseconds) = timeout.after.components
        let isWhole = attoseconds % 1_000_000_000_000_000 == 0
        if !isWhole || timeout.after < .milliseconds(1) || timeout.after > .seconds(8760 * 3600) {
            let what = "a timeout after \(Double(seconds) + Double(attoseconds) / 1e18) s is out of range"
            let place = Place(way + ["timeout", "after"], isKey: true)
            add(.malformed, at: place, "\(what): use whole milliseconds from 1ms to 8760h")
        }
        checkEvent(timeout.fires, at: Place(way + ["timeout", "fires"]))
        checkNotReserved(timeout.fires, "in a timeout", at: Place(way + ["timeout", "fires"], isKey: true))
    }

    private mutating func check(_ rule: RuleDefinition, _ way: [Place.Step]) {
        if let target = rule.target {
            checkState(target, at: Place(way + ["to"]))
        }
        if let condition = rule.condition {
            var way = way + ["if"]
            check(condition, &way)
        }
        checkActions(rule.actions, way, "do")
        checkEvents(rule.raises, way, "raise", isFaultFine: false)
    }

    private mutating func check(_ condition: ConditionDefinition, _ way: inout [Place.Step]) {
        switch condition {
        case .guard(let name):
            checkGuard(name, at: Place(way))
        case .all(let parts):
            check(parts, "all", &way)
        case .any(let parts):
            check(parts, "any", &way)
        case .not(let part):
            way.append("not")
            check(part, &way)
            way.removeLast()
        }
    }

    private mutating func check(_ parts: [ConditionDefinition], _ key: String, _ way: inout [Place.Step]) {
        way.append(.key(key))
        if parts.isEmpty {
            add(.malformed, at: Place(way, isKey: true), "\(key) has no conditions: write at least one or take it away")
        }
        for (index, part) in parts.enumerated() {
            way.append(.index(index))
            check(part, &way)
            way.removeLast()
        }
        way.removeLast()
    }

    private mutating func checkActions(_ names: [String], _ way: [Place.Step], _ key: String) {
        for (index, name) in names.enumerated() {
            checkAction(name, at: Place(way + [.key(key), .index(index)]))
        }
    }

    private mutating func checkEvents(
        _ names: [String],
        _ way: [Place.Step],
        _ key: String,
        isFaultFine: Bool = true
    ) {
        for (index, name) in names.enumerated() {
            checkEvent(name, at: Place(way + [.key(key), .index(index)]))
            guard !isFaultFine else { continue }
            checkNotReserved(name, "in \(key)", at: Place(way + [.key(key), .index(index)], isKey: true))
        }
    }
}

extension RuleDefinition {
    /// The state that the rule moves to, if it says one.
    var target: String? {
        guard case .move(let target) = answer else { return nil }
        return target
    }
}
