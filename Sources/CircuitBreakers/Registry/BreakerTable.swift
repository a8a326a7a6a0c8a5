import Synchronization

/// The breakers of a registry by name: found without a lock, added under the registry's.
///
/// An open-addressing table that only grows. Each block is `[mask | slot | slot | …]`; a slot holds a breaker's address,
/// or 0, and is written once. A reader may still walk through a block that was replaced, so all of them are kept until
/// the table is gone: together they are not longer than the present one. The registry keeps the breakers alive.
@safe
struct BreakerTable: ~Copyable, Sendable {
    /// The address of the block in use.
    private let block: Atomic<UInt>

    /// At most half full, so that a search is short.
    init() {
        block = Atomic(unsafe UInt(bitPattern: Self.newBlock(slots: 16, before: nil)))
    }

    deinit {
        var next = unsafe Self.words(at: block.load(ordering: .acquiring))
        while let words = unsafe next {
            let count = unsafe Self.header + Int(words[0].load(ordering: .relaxed)) + 1
            unsafe next = Self.words(at: words[1].load(ordering: .relaxed))
            unsafe words.deinitialize(count: count)
            unsafe words.deallocate()
        }
    }

    /// The breaker of that name.
    func find(_ name: String) -> CircuitBreaker? {
        guard let words = unsafe Self.words(at: block.load(ordering: .acquiring)) else { return nil }
        let mask = unsafe words[0].load(ordering: .relaxed)
        var slot = UInt(bitPattern: name.hashValue) & mask
        while let breaker = unsafe Self.breaker(at: words[Self.header + Int(slot)].load(ordering: .acquiring)) {
            if breaker.name == name { return breaker }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// Adds a breaker whose name is not there yet; `count` are there with it.
    ///
    /// Under the registry's lock, which keeps the breaker alive from then on.
    func add(_ breaker: CircuitBreaker, count: Int) {
        guard let words = unsafe Self.words(at: block.load(ordering: .relaxed)) else { return }
        let slots = unsafe Int(words[0].load(ordering: .relaxed)) + 1
        guard 2 * count > slots else {
            return unsafe Self.put(breaker, into: words, ordering: .releasing)
        }
        let larger = unsafe Self.newBlock(slots: 2 * slots, before: words)
        for slot in 0..<slots {
            if let known = unsafe Self.breaker(at: words[Self.header + slot].load(ordering: .relaxed)) {
                unsafe Self.put(known, into: larger, ordering: .relaxed)
            }
        }
        unsafe Self.put(breaker, into: larger, ordering: .relaxed)
        block.store(UInt(bitPattern: larger), ordering: .releasing)
    }

    private typealias Words = UnsafeMutablePointer<Atomic<UInt>>

    /// The mask, and the address of the block before.
    private static let header = 2

    private static func newBlock(slots: Int, before: Words?) -> Words {
        let words = Words.allocate(capacity: header + slots)
        for index in 0..<(header + slots) { unsafe (words + index).initialize(to: Atomic(0)) }
        unsafe words[0].store(UInt(slots - 1), ordering: .relaxed)
        unsafe words[1].store(UInt(bitPattern: before), ordering: .relaxed)
        return unsafe words
    }

    @inline(__always)
    private static func words(at address: UInt) -> Words? { unsafe Words(bitPattern: address) }

    @inline(__always)
    private static func breaker(at address: UInt) -> CircuitBreaker? {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: address) else { return nil }
        return unsafe Unmanaged<CircuitBreaker>.fromOpaque(pointer).takeUnretainedValue()
    }

    private static func put(_ breaker: CircuitBreaker, into words: Words, ordering: Publishing) {
        let mask = unsafe words[0].load(ordering: .relaxed)
        var slot = UInt(bitPattern: breaker.name.hashValue) & mask
        while unsafe words[header + Int(slot)].load(ordering: .relaxed) != 0 { slot = (slot &+ 1) & mask }
        let address = unsafe UInt(bitPattern: Unmanaged.passUnretained(breaker).toOpaque())
        switch ordering {
        case .relaxed: unsafe words[header + Int(slot)].store(address, ordering: .relaxed)
        case .releasing: unsafe words[header + Int(slot)].store(address, ordering: .releasing)
        }
    }

    /// Whether readers see the block already.
    private enum Publishing {
        case relaxed
        case releasing
    }
}
