/// A place in a file.
public struct FilePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `LINE:COLUMN`.
    public var description: String { "\(line):\(column)" }

    /// Whether one stands before the other in a file.
    public static func < (first: FilePosition, second: FilePosition) -> Bool {
        (first.line, first.column) < (second.line, second.column)
    }
}
