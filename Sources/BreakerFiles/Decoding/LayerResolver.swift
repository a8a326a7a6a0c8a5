import CircuitBreakers
import StateMachines

/// Puts layers over each other and notes what does not fit, each mistake once: where it comes in.
struct LayerResolver {
    /// How deep configurations may extend each other, so that a chain of thousands costs no more than as many alone.
    static let maximumDepth = 32

    /// A layer with all that it inherits.
    private struct Resolved {
        var configuration: CircuitBreaker.Configuration
        var findings: Set<BreakerConfigurationError.Finding>
        /// The properties whose values nobody knows.
        var malformed: Set<String>
        var depth = 0

        /// Of what is based on nothing that is known only its own values are judged.
        static let unknown = Resolved(
            configuration: .init(),
            findings: [],
            malformed: ["window", "slowCallMs", "openMs", "probes"]
        )
    }

    /// What the file makes of its base.
    private(set) var merged: BreakerRegistry.Configuration
    private(set) var problems: [Problem] = []
    private let layers: Layers
    private var defaults: Resolved
    /// nil for one that cannot be resolved, which was noted then.
    private var known: [String: Resolved?] = [:]

    init(_ layers: Layers, over base: BreakerRegistry.Configuration) {
        self.layers = layers
        merged = base
        if let changes = layers.defaults?.changes { merged.breaker.apply(changes) }
        merged.named.merge(layers.configurations.mapValues(\.named)) { $1 }
        merged.breakers.merge(layers.breakers.mapValues(\.named)) { $1 }
        defaults = Resolved(configuration: base.breaker, findings: [], malformed: [])
    }

    mutating func resolveAll() {
        defaults = resolved(layers.defaults ?? Layer(offset: 0), over: defaults)
        defaults.depth = 0
        for name in merged.named.keys.sorted() { _ = resolve(name) }
        for (name, entry) in merged.breakers.sorted(by: { $0.key < $1.key }) {
            let layer = layers.breakers[name] ?? Layer(entry)
            _ = settled(layer, over: base(of: layer), calling: layers.breakers[name] == nil ? name : nil)
        }
    }

    /// What a layer is based on; nil when that cannot be resolved.
    private mutating func base(of layer: Layer) -> Resolved? {
        guard let base = layer.base else { return defaults }
        guard merged.named[base.name] != nil else {
            note(.unknownConfiguration, base.offset, "there is no configuration \(MachineName.shown(base.name))")
            return nil
        }
        return resolve(base.name)
    }

    /// A named configuration; walks up without recursion, and down again.
    private mutating func resolve(_ name: String) -> Resolved? {
        var path: [(name: String, layer: Layer)] = []
        var onPath: Set<String> = []
        var next: String? = name
        var base: Resolved? = defaults
        while let current = next {
            if let found = known[current] {
                base = found
                break
            }
            guard onPath.insert(current).inserted else {
                noteCircle(path, from: current)
                base = nil
                break
            }
            guard let entry = merged.named[current] else {
                let mention = path.last?.layer.base?.offset ?? 0
                note(.unknownConfiguration, mention, "there is no configuration \(MachineName.shown(current))")
                base = nil
                break
            }
            let layer = layers.configurations[current] ?? Layer(entry)
            path.append((current, layer))
            next = layer.base?.name
        }
        for (name, layer) in path.reversed() {
            base = settled(layer, over: base, calling: layers.configurations[name] == nil ? name : nil)
            if let depth = base?.depth, depth > Self.maximumDepth {
                let message = "configurations extend each other more than \(Self.maximumDepth) deep"
                note(.malformed, layer.base?.offset ?? layer.offset, message)
                base = nil
            }
            known[name] = .some(base)
        }
        return base
    }

    private mutating func noteCircle(_ path: [(name: String, layer: Layer)], from start: String) {
        for (name, layer) in path.drop(while: { $0.name != start }) {
            let message = "the configuration \(MachineName.shown(name)) extends itself, by way of others or not"
            note(.unknownConfiguration, layer.base?.offset ?? layer.offset, message)
        }
    }

    /// A layer over its base; nil when there is none, or the layer does not say which.
    private mutating func settled(_ layer: Layer, over base: Resolved?, calling name: String?) -> Resolved? {
        guard let base, layer.malformed.isDisjoint(with: ["extends", "configuration"]) else {
            _ = resolved(layer, over: .unknown, calling: name)
            return nil
        }
        return resolved(layer, over: base, calling: name)
    }

    /// A layer over its base; `name` is what messages call one that is not in the file.
    private mutating func resolved(_ layer: Layer, over base: Resolved, calling name: String? = nil) -> Resolved {
        var resolved = base
        resolved.depth += 1
        resolved.configuration.apply(layer.changes)
        // A window takes the place of another one as a whole.
        let hasWindow = layer.places["window"] != nil
        resolved.malformed = base.malformed.subtracting(layer.places.keys)
            .filter { !hasWindow || !$0.hasPrefix("window.") }.union(layer.malformed)
        let findings = resolved.configuration.findings(without: resolved.malformed)
        for finding in findings where !base.findings.contains(finding) {
            let offset = name == nil ? layer.offset(of: finding.property) : layers.defaults?.offset ?? 0
            let owner = name.map { "in \(MachineName.shown($0)) of the program, " } ?? ""
            note(finding.code, offset, "\(owner)\(finding.property): \(finding.message)")
        }
        resolved.findings = Set(findings)
        return resolved
    }

    private mutating func note(_ code: BreakerConfigurationError.Finding.Code, _ offset: Int, _ message: String) {
        problems.append(Problem(code: code, offset: offset, message: message))
    }
}

extension Layer {
    fileprivate var named: BreakerRegistry.NamedConfiguration { .init(basedOn: base?.name, changes: changes) }

    /// A configuration of the program, which stands nowhere in the file.
    fileprivate init(_ named: BreakerRegistry.NamedConfiguration) {
        self.init(offset: 0, base: named.basedOn.map { ($0, 0) }, changes: named.changes)
    }
}
