/// Goes through the pieces between separators, empty ones too, without copying any of them.
struct WireWords {
    private let bytes: ArraySlice<UInt8>
    private let separator: UInt8
    /// Where the next piece begins; `nil` after the last.
    private var start: Int?

    init(_ bytes: ArraySlice<UInt8>, separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        start = bytes.startIndex
    }

    /// The next piece; `nil` when there is none.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let start else { return nil }
        var end = start
        while end < bytes.endIndex, bytes[end] != separator { end += 1 }
        self.start = end < bytes.endIndex ? end + 1 : nil
        return bytes[start..<end]
    }
}
