// The C library inside Yams. Yams' own nodes are not enough: it gives up at the first mapping with a key that stands
// twice, follows aliases before anyone can refuse them, and calls itself once a level.
import CYaml

/// Reads YAML, or JSON, one event at a time.
///
/// Safe: both pointers are made and freed here and never leave.
@safe
struct YAMLEventStream: ~Copyable {
    /// What was read.
    enum Event {
        case documentStart
        case documentEnd
        case streamEnd
        case alias
        case text(String)
        case listStart
        case listEnd
        case mappingStart
        case mappingEnd
    }

    /// An event, and what stands with it.
    struct Item {
        var event: Event
        /// Where it begins, in Unicode scalars from the start.
        var offset: Int
        var hasAnchor = false
        /// The tag in full, such as `tag:yaml.org,2002:str`.
        var tag: String?
    }

    /// The library keeps a pointer to the parser within the parser, so it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// What is read: the parser does not copy it.
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// Takes a copy of valid UTF-8 without a byte order mark.
    init(_ bytes: some Collection<UInt8>) throws(DocumentProblem) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw DocumentProblem(message: "there is no memory to read it")
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, UnsafePointer(input.baseAddress), input.count)
    }

    deinit {
        // Both were allocated in the initialiser and are known to nobody else; an uninitialised parser is all zeros,
        // which the library deletes as an empty one.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event.
    ///
    /// After an error or the end of the stream there is none: do not ask again.
    mutating func next() throws(DocumentProblem) -> Item {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem }
            defer { unsafe yaml_event_delete(&event) }
            if let item = unsafe item(event) { return item }
        }
    }

    /// An event in Swift's own memory; nil for the start of the stream.
    private func item(_ event: yaml_event_t) -> Item? {
        let offset = unsafe Int(event.start_mark.index)
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return nil
        case YAML_DOCUMENT_START_EVENT: return Item(event: .documentStart, offset: offset)
        case YAML_DOCUMENT_END_EVENT: return Item(event: .documentEnd, offset: offset)
        case YAML_ALIAS_EVENT: return Item(event: .alias, offset: offset)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            // Not to its terminator: a text may contain NUL as an escape.
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            return unsafe Item(
                event: .text(text),
                offset: offset,
                hasAnchor: scalar.anchor != nil,
                tag: Self.text(scalar.tag)
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            let tag = unsafe Self.text(start.tag)
            return unsafe Item(event: .listStart, offset: offset, hasAnchor: start.anchor != nil, tag: tag)
        case YAML_SEQUENCE_END_EVENT: return Item(event: .listEnd, offset: offset)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            let tag = unsafe Self.text(start.tag)
            return unsafe Item(event: .mappingStart, offset: offset, hasAnchor: start.anchor != nil, tag: tag)
        case YAML_MAPPING_END_EVENT: return Item(event: .mappingEnd, offset: offset)
        // The library gives an event without a type when it is asked again after its end.
        default: return Item(event: .streamEnd, offset: offset)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        // Tags end with NUL and were checked to be UTF-8, as all of the input.
        return unsafe String(cString: pointer)
    }

    /// What the library says of the error that it stopped at.
    private var problem: DocumentProblem {
        let said = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "there is no memory to read it"
        // The reader counts bytes, and everything else scalars; the mark is where the parser is, which is near enough.
        let isReader = unsafe parser.pointee.error == YAML_READER_ERROR
        let mark = unsafe isReader ? parser.pointee.mark : parser.pointee.problem_mark
        return DocumentProblem(message: said, offset: Int(mark.index))
    }
}
