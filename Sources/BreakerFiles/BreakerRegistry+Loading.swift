public import CircuitBreakers
import MachineFiles

extension BreakerRegistry {
    /// Puts a file in force, over what the registry was created with: for breakers to come, and for those that are there,
    /// which keep their state.
    ///
    /// Loading it again is how a change of the file is taken over; what an earlier one said is forgotten. See
    /// `BreakerRegistry.reconfigure(_:)`.
    ///
    /// ```swift
    /// try registry.load(contentsOf: "breakers.yaml")
    /// ```
    ///
    /// - Parameter path: where the file is; see ``BreakerFile/init(contentsOf:over:)``.
    /// - Throws: ``BreakerFileError`` with every finding; then nothing has changed, and what was in force stays.
    public func load(contentsOf path: String) throws(BreakerFileError) {
        try load(BreakerFile(contentsOf: path, over: initialConfiguration))
    }

    /// Puts a document in force.
    ///
    /// - Parameter bytes: see ``BreakerFile/init(bytes:over:)``.
    /// - Throws: ``BreakerFileError``; see ``load(contentsOf:)``.
    public func load(bytes: [UInt8]) throws(BreakerFileError) {
        try load(BreakerFile(bytes: bytes, over: initialConfiguration))
    }

    private func load(_ file: BreakerFile) throws(BreakerFileError) {
        let configuration = try file.checked()
        do throws(BreakerConfigurationError) {
            try reconfigure(configuration)
        } catch {
            // A configuration that breakers use and that is gone: it has no place in the file.
            let start = FilePosition(line: 1, column: 1)
            throw BreakerFileError(
                findings: error.findings.map { BreakerFileFinding($0.code, at: start, $0.message) }
            )
        }
    }
}
