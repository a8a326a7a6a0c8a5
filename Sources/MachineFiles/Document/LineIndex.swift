/// Where the lines of a document begin: turns a distance from the start into line and column.
///
/// A line ends with a line feed, a carriage return or both together, as YAML 1.2 and editors have it. The parser counts
/// the line breaks of YAML 1.1 (next line, line and paragraph separator) too, so its own lines are not taken.
package struct LineIndex {
    /// Offset of each line's first scalar.
    private var starts = [0]

    /// - Parameter bytes: valid UTF-8.
    package init(_ bytes: some Sequence<UInt8>) {
        var offset = 0
        var isAfterReturn = false
        for byte in bytes {
            // The bytes that continue a scalar count nothing.
            guard byte & 0xC0 != 0x80 else { continue }
            offset += 1
            if byte == UInt8(ascii: "\n") {
                if isAfterReturn { starts.removeLast() }
                starts.append(offset)
            } else if byte == UInt8(ascii: "\r") {
                starts.append(offset)
            }
            isAfterReturn = byte == UInt8(ascii: "\r")
        }
    }

    /// Line and column from 1, the column in Unicode scalars.
    package func position(of offset: Int) -> FilePosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return FilePosition(line: low + 1, column: offset - starts[low] + 1)
    }
}
