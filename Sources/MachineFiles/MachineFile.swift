public import StateMachines

/// A machine's definition as a file, in YAML or JSON: what was read, and all that is wrong or doubtful about it.
///
/// Reading never fails and nothing in a file is ever evaluated; whatever the bytes are, there is a definition or there
/// are findings that say why not. It takes bounded time and memory: a document has at most 1 MiB, is nested at most 64
/// deep and may have no anchors, aliases and tags. A byte order mark at the start is passed over.
///
/// ```swift
/// let file = MachineFile(contentsOf: "sync.yaml")
/// for finding in file.findings { print("sync.yaml:\(finding)") }
/// let definition = try file.checked()
/// ```
public struct MachineFile: Sendable, Hashable {
    /// The definition; nil when a finding is an error.
    public let definition: MachineDefinition?
    /// All that is wrong or doubtful, errors and warnings, by line, column and code.
    public let findings: [FileFinding]

    /// Whether the file is what a file must be: one document in YAML or JSON, however wrong its contents (no SM001).
    public var isReadable: Bool { findings.first?.code != .unreadable }

    /// Reads a document.
    ///
    /// - Parameter bytes: UTF-8, at most 1 MiB.
    public init(bytes: [UInt8]) {
        do throws(DocumentProblem) {
            self.init(text: try DocumentReader.decoded(bytes))
        } catch {
            // Not to the scalar: what is before a wrong byte was not split into lines.
            self.init(unreadable: error.message, at: LineIndex(bytes.prefix(DocumentReader.maximumSize)), error.offset)
        }
    }

    /// Reads a document.
    ///
    /// - Parameter text: at most 1 MiB in UTF-8.
    public init(_ text: String) {
        self.init(bytes: Array(text.utf8))
    }

    /// Says that a file could not even be read.
    init(unreadable message: String, at lines: LineIndex, _ offset: Int) {
        self.init(definition: nil, findings: [FileFinding(.unreadable, at: lines.position(of: offset), message)])
    }

    private init(definition: MachineDefinition?, findings: [FileFinding]) {
        self.definition = definition
        self.findings = findings
    }

    /// The definition, if there is one.
    ///
    /// - Throws: ``MachineFileError`` with all findings when one of them is an error.
    public func checked() throws(MachineFileError) -> MachineDefinition {
        guard let definition else { throw MachineFileError(findings: findings) }
        return definition
    }

    // MARK: - Reading

    private init(text: ArraySlice<UInt8>) {
        let lines = LineIndex(text)
        let root: DocumentNode
        do throws(DocumentProblem) {
            root = try DocumentReader.read(text)
        } catch {
            self.init(unreadable: error.message, at: lines, error.offset)
            return
        }
        let duplicates = root.repeatedKeys
        guard duplicates.isEmpty else {
            let findings = duplicates.map { key in
                let name = MachineDecoder.shown(key)
                let message = "the key \(name) stands twice in one mapping: join the two or rename one"
                return FileFinding(.duplicate, at: lines.position(of: key.offset), message)
            }
            self.init(definition: nil, findings: findings.sorted(by: FileFinding.precedes))
            return
        }
        var decoder = MachineDecoder()
        let definition = decoder.machine(root)
        let findings = decoder.findings(on: definition, root)
            .map { FileFinding($0.code, at: lines.position(of: $0.offset), $0.message) }
            .sorted(by: FileFinding.precedes)
        let isWrong = findings.contains { $0.severity == .error }
        self.init(definition: isWrong ? nil : definition, findings: findings)
    }
}

extension MachineDecoder {
    /// What was found while reading together with what the validator says of the definition; its meaning is looked at
    /// only when its form is right.
    fileprivate func findings(on definition: MachineDefinition, _ root: DocumentNode) -> [Problem] {
        let validator = Validator(definition)
        let form = validator.formFindings()
        var places = PlaceFinder(root: root, skipped: skipped)
        guard problems.isEmpty else {
            // What is malformed was said, and more exactly.
            return problems
                + form.filter { $0.code != .malformed }
                .compactMap { finding in
                    places.offset(of: finding.place)
                        .map { Problem(code: finding.code, offset: $0, message: finding.message) }
                }
        }
        let findings = form.isEmpty ? validator.meaningFindings(presentKeys: presentKeys) : form
        return findings.map { finding in
            Problem(code: finding.code, offset: places.offset(of: finding.place) ?? 0, message: finding.message)
        }
    }
}
