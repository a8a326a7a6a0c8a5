/// Where the cells of a table are: all that a lookup needs, without the table.
///
/// A shared machine keeps a copy beside its word. A load behind a compare-and-swap waits for it, so each load less on the
/// way to the cell makes a move faster: the benchmark `machine.atomic`.
@safe
@usableFromInline
struct CellLookup: BitwiseCopyable, @unchecked Sendable {
    /// The rows of cells, and behind them, for each state, the four words of ``Containers`` and one of ``StateTraits``.
    ///
    /// The table owns them, writes them in its `init` and never afterwards, so sharing them is safe.
    @usableFromInline let cells: UnsafePointer<UInt64>
    /// Log2 of the length of a row.
    @usableFromInline let shift: UInt32
    @usableFromInline let eventCount: UInt32

    init(cells: UnsafePointer<UInt64>, shift: UInt32, eventCount: UInt32) {
        unsafe self.cells = cells
        self.shift = shift
        self.eventCount = eventCount
    }

    /// The cell of a pair.
    ///
    /// A symbol need not be an enum, so an event may have any raw value; one that is no event is rejected.
    @inlinable
    @inline(__always)
    func cell(_ state: UInt8, _ event: UInt8) -> Cell {
        guard UInt32(event) < eventCount else {
            return Cell(telling: .rejected, in: state)
        }
        let row = unsafe cells + Int(UInt32(event) &<< shift)
        return Cell(bits: unsafe row[Int(state)])
    }
}
