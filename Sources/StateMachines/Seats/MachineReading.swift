/// A machine's state and sequence at one moment.
public struct MachineReading<State: NumberedSymbol>: BitwiseCopyable, Sendable, Hashable {
    @usableFromInline let word: MachineWord

    @inlinable
    init(_ word: MachineWord) {
        self.word = word
    }

    /// The state.
    @inlinable public var state: State { State.at(word.state) }

    /// Commits since the start, modulo 2³².
    @inlinable public var sequence: UInt32 { word.sequence }

    /// Whether the machine refuses every event until it is reset.
    @inlinable public var isFaulted: Bool { word.bits >> 15 & 1 == 1 }
}
