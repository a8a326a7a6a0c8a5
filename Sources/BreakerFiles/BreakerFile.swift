public import CircuitBreakers
import MachineFiles
import StateMachines

/// The configurations of a registry's breakers as a file, in YAML or JSON: what was read, and all that is wrong with it.
///
/// ```yaml
/// defaults: { failureRateBp: 3000, openMs: 10000 }
/// configurations:
///   remote: { slowCallMs: 800, consecutiveFailures: 5 }
///   payments: { extends: remote, window: { kind: count, size: 100 } }
/// breakers:
///   "order-service:pay": { configuration: payments, minimumCalls: 10 }
/// ```
///
/// All three parts may be left out. A key that is left out is inherited, in the end from the defaults; `null` takes an
/// inherited value away where a configuration can do without one. Reading never fails, nothing in a file is ever
/// evaluated, and time and memory are bounded: a document has at most 1 MiB, is nested at most 64 deep and may have no
/// anchors, aliases and tags; configurations extend each other at most 32 deep.
public struct BreakerFile: Sendable, Hashable {
    /// What the file says, over what it was read over; nil when there are findings.
    public let configuration: BreakerRegistry.Configuration?
    /// All that is wrong, by line, column and code.
    public let findings: [BreakerFileFinding]

    /// Whether the file is one document in YAML or JSON, however wrong its contents.
    public var isReadable: Bool { findings.first?.code != .unreadable }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, at most 1 MiB.
    ///   - base: what the file changes. Its named configurations may be extended, and replaced by others of that name.
    public init(bytes: [UInt8], over base: BreakerRegistry.Configuration = .init()) {
        let text: ArraySlice<UInt8>
        do throws(DocumentProblem) {
            text = try DocumentReader.decoded(bytes)
        } catch {
            self.init(unreadable: error, LineIndex(bytes.prefix(DocumentReader.maximumSize)))
            return
        }
        let lines = LineIndex(text)
        let root: DocumentNode
        do throws(DocumentProblem) {
            root = try DocumentReader.read(text)
        } catch {
            self.init(unreadable: error, lines)
            return
        }
        var decoder = BreakerDecoder()
        let layers = decoder.layers(root)
        var resolver = LayerResolver(layers, over: base)
        resolver.resolveAll()
        let findings = Set(decoder.problems + resolver.problems)
            .map { BreakerFileFinding($0.code, at: lines.position(of: $0.offset), $0.message) }
            .sorted {
                ($0.position, $0.code.description, $0.message) < ($1.position, $1.code.description, $1.message)
            }
        self.init(configuration: findings.isEmpty ? resolver.merged : nil, findings: findings)
    }

    /// Reads a document; see ``init(bytes:over:)``.
    public init(_ text: String, over base: BreakerRegistry.Configuration = .init()) {
        self.init(bytes: Array(text.utf8), over: base)
    }

    /// Reads a file; one that cannot be opened or read is a finding, too.
    ///
    /// - Parameters:
    ///   - path: where it is. No more than 1 MiB and one byte of it is read.
    ///   - base: see ``init(bytes:over:)``.
    public init(contentsOf path: String, over base: BreakerRegistry.Configuration = .init()) {
        do throws(DocumentProblem) {
            self.init(bytes: try DocumentReader.bytes(ofFile: path), over: base)
        } catch {
            self.init(unreadable: error, LineIndex([]))
        }
    }

    private init(unreadable problem: DocumentProblem, _ lines: LineIndex) {
        let position = lines.position(of: problem.offset)
        self.init(configuration: nil, findings: [BreakerFileFinding(.unreadable, at: position, problem.message)])
    }

    private init(configuration: BreakerRegistry.Configuration?, findings: [BreakerFileFinding]) {
        self.configuration = configuration
        self.findings = findings
    }

    /// The configuration, if there is one.
    ///
    /// - Throws: ``BreakerFileError`` with all findings.
    public func checked() throws(BreakerFileError) -> BreakerRegistry.Configuration {
        guard let configuration else { throw BreakerFileError(findings: findings) }
        return configuration
    }
}
