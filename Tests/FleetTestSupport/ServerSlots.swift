/// How many tests have servers at a time: more would only make each other's time-outs run out.
actor ServerSlots {
    static let shared = ServerSlots(count: 6)
    /// A test that has a place may start more servers with it, so that two tests never wait for each other's.
    @TaskLocal static var hasPlace = false

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) {
        free = count
    }

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        guard !waiting.isEmpty else {
            free += 1
            return
        }
        waiting.removeFirst().resume()
    }
}
