#if DEBUG
import StateMachines

/// An access of a thread to a shared word.
struct SharedAccess {
    var kind: SchedulePoint.Access
    var word: UInt
    var file: StaticString
    var line: UInt

    /// Where a thread stands before it does anything.
    static let begin = SharedAccess(kind: .read, word: 0, file: "begin", line: 0)

    /// Whether the order of two accesses of different threads makes a difference.
    func conflicts(with other: SharedAccess) -> Bool {
        word == other.word && (kind != .read || other.kind != .read)
    }
}

/// A small number for each of up to four threads.
struct Lanes {
    private var bits: UInt64 = 0

    static let count = 4
    static let largest = 0xFFFF

    subscript(thread: Int) -> Int {
        get { Int(bits >> UInt64(thread * 16) & 0xFFFF) }
        set { bits = bits & ~(0xFFFF << UInt64(thread * 16)) | UInt64(newValue) << UInt64(thread * 16) }
    }

    /// Each lane's larger number.
    mutating func join(_ other: Lanes) {
        guard bits != other.bits else { return }
        for thread in 0..<Self.count where other[thread] > self[thread] { self[thread] = other[thread] }
    }

    static let none = Lanes()
}

/// A set of threads.
struct ThreadSet: Equatable {
    var bits: UInt8 = 0

    init() {}

    init(all count: Int) { bits = UInt8(1 << count - 1) }

    init(_ thread: Int) { bits = 1 << UInt8(thread) }

    var isEmpty: Bool { bits == 0 }

    var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

    func contains(_ thread: Int) -> Bool { bits >> UInt8(thread) & 1 == 1 }

    mutating func insert(_ thread: Int) { bits |= 1 << UInt8(thread) }

    mutating func remove(_ thread: Int) { bits &= ~(1 << UInt8(thread)) }

    static func | (one: ThreadSet, other: ThreadSet) -> ThreadSet {
        var result = one
        result.bits |= other.bits
        return result
    }

    static func & (one: ThreadSet, other: ThreadSet) -> ThreadSet {
        var result = one
        result.bits &= other.bits
        return result
    }

    static func - (one: ThreadSet, other: ThreadSet) -> ThreadSet {
        var result = one
        result.bits &= ~other.bits
        return result
    }
}
#endif
