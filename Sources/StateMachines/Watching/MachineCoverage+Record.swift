extension MachineCoverage {
    /// What was taken, by names: what a file carries from one run to the next.
    public struct Record: Sendable, Hashable {
        /// The machine's name.
        public var machine: String
        /// The version of its definition.
        public var version: UInt16
        /// The events taken in each state.
        public var pairs: [String: Set<String>] = [:]
        /// The states whose eventless rules were taken.
        public var always: Set<String> = []
        /// The states whose timeout was taken.
        public var timeouts: Set<String> = []
        /// The guards that were seen true.
        public var seenTrue: Set<String> = []
        /// The guards that were seen false.
        public var seenFalse: Set<String> = []

        /// Creates a record in which nothing is taken.
        public init(machine: String, version: UInt16) {
            self.machine = machine
            self.version = version
        }

        /// One compact JSON object, keys and names sorted, without an end of line.
        ///
        /// ```
        /// {"always":["synced"],"false":[],"machine":"sync","pairs":{"idle":["start"]},"timeouts":[],"true":["online"],"version":3}
        /// ```
        ///
        /// The same bits give the same text, whatever order the definition was written in.
        public var json: String {
            let pairs = pairs.sorted { $0.key < $1.key }.map { ($0.key, JSONText.list($0.value.sorted())) }
            return JSONText.object([
                ("always", JSONText.list(always.sorted())), ("false", JSONText.list(seenFalse.sorted())),
                ("machine", JSONText.quoted(machine)), ("pairs", JSONText.object(pairs)),
                ("timeouts", JSONText.list(timeouts.sorted())), ("true", JSONText.list(seenTrue.sorted())),
                ("version", "\(version)"),
            ])
        }
    }

    /// What was taken up to now.
    public var record: Record {
        var record = Record(machine: definition.name, version: definition.version)
        for state in definition.states.indices.map({ UInt8($0) }) {
            let name = definition.states[Int(state)].name
            for pair in pairs(in: state) where isMarked(bit(of: pair, in: state)) {
                switch pair {
                case .event(let event): record.pairs[name, default: []].insert(program.eventName(event))
                case .always: record.always.insert(name)
                case .timeout: record.timeouts.insert(name)
                }
            }
        }
        for (number, name) in definition.guards.enumerated() {
            if isMarked(bit(ofGuard: number, true)) { record.seenTrue.insert(name) }
            if isMarked(bit(ofGuard: number, false)) { record.seenFalse.insert(name) }
        }
        return record
    }

    /// A record does not fit a coverage: it is of another machine, or of another form of it.
    public struct MergeError: Error, Sendable, Hashable, CustomStringConvertible {
        /// What does not fit.
        public let description: String
    }

    /// Adds what a record has, as another process or another run has left it.
    ///
    /// - Throws: ``MergeError`` if it is of another machine or version, or has something that cannot be taken in this
    ///   one; then nothing is added.
    public func merge(_ record: Record) throws(MergeError) {
        let ours = "\(definition.name), version \(definition.version)"
        guard record.machine == definition.name, record.version == definition.version else {
            let theirs = "\(MachineName.shown(record.machine)), version \(record.version)"
            throw MergeError(description: "it is of the machine \(theirs), and not of \(ours)")
        }
        let states = numbers(definition.states.map(\.name))
        let events = numbers(definition.alphabet)
        var bits: [Int] = []
        func add(_ pair: Pair, in name: String) -> Bool {
            guard let state = states[name].map({ UInt8($0) }), pairs(in: state).contains(pair) else { return false }
            bits.append(bit(of: pair, in: state))
            return true
        }
        func refuse(_ what: String) -> MergeError {
            MergeError(description: "it has \(what), which cannot be taken in \(ours)")
        }
        for (name, taken) in record.pairs.sorted(by: { $0.key < $1.key }) {
            guard let state = states[name].map({ UInt8($0) }) else {
                throw refuse("the state \(MachineName.shown(name))")
            }
            let known = Set(pairs(in: state))
            for event in taken.sorted() {
                guard let number = events[event].map({ UInt8($0) }), known.contains(.event(number)) else {
                    throw refuse("the event \(MachineName.shown(event)) in the state \(name)")
                }
                bits.append(bit(of: .event(number), in: state))
            }
        }
        for name in record.always.sorted() where !add(.always, in: name) {
            throw refuse("eventless rules of \(MachineName.shown(name))")
        }
        for name in record.timeouts.sorted() where !add(.timeout, in: name) {
            throw refuse("a timeout of \(MachineName.shown(name))")
        }
        let guards = numbers(definition.guards)
        for (names, isTrue) in [(record.seenTrue, true), (record.seenFalse, false)] {
            for name in names.sorted() {
                guard let number = guards[name] else { throw refuse("the guard \(MachineName.shown(name))") }
                bits.append(bit(ofGuard: number, isTrue))
            }
        }
        for bit in bits { mark(bit) }
    }

    private func numbers(_ names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
