import StateMachines

/// How many symbols there are.
protocol SymbolCount: Sendable, Hashable {
    static var count: Int { get }
}

enum Size1: SymbolCount { static let count = 1 }
enum Size2: SymbolCount { static let count = 2 }
enum Size3: SymbolCount { static let count = 3 }
enum Size5: SymbolCount { static let count = 5 }
enum Size8: SymbolCount { static let count = 8 }
enum Size9: SymbolCount { static let count = 9 }
enum Size16: SymbolCount { static let count = 16 }
enum Size33: SymbolCount { static let count = 33 }
enum Size256: SymbolCount { static let count = 256 }

/// States or events by number, so that random machines can have any size.
struct Symbol<Count: SymbolCount>: MachineSymbol {
    let rawValue: UInt8

    static var allCases: [Self] { (0..<Count.count).map { Self(UInt8($0)) } }

    init(_ rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init?(rawValue: UInt8) {
        guard Int(rawValue) < Count.count else { return nil }
        self.rawValue = rawValue
    }

    var wireName: String { "n\(rawValue)" }
}
