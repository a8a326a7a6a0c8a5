import CircuitBreakers

/// One mapping of a file that changes what it inherits.
struct Layer {
    /// Where it begins in the file: its key.
    var offset: Int
    /// The configuration that it names, and where it does.
    var base: (name: String, offset: Int)?
    var changes = CircuitBreaker.Configuration.Changes()
    /// Where each property stands: `openMs`, `window.size`, ….
    var places: [String: Int] = [:]
    /// The properties whose values could not be read, `window.size` and the like among them.
    var malformed: Set<String> = []

    /// What a finding about one property has to do with, too.
    private static let related = [
        "window.ms": "window", "window.size": "window", "window.buckets": "window", "minimumCalls": "window",
        "slowRateBp": "slowCallMs", "maxOpenMs": "openMs", "concurrentProbes": "probes",
    ]

    /// Where a finding about a property belongs.
    func offset(of property: String) -> Int {
        places[property] ?? Self.related[property].flatMap { places[$0] } ?? offset
    }
}

/// The layers of a file.
struct Layers {
    var defaults: Layer?
    var configurations: [String: Layer] = [:]
    var breakers: [String: Layer] = [:]
}

/// A finding, with its place in Unicode scalars from the start.
struct Problem: Hashable {
    var code: BreakerConfigurationError.Finding.Code
    var offset: Int
    var message: String
}
