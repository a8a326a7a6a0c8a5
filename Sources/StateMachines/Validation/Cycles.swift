/// Finds circles where each thing leads to at most one other.
enum Cycles {
    /// The circles, each once: from its lowest number on, in the order of going round.
    static func find(_ next: [Int?]) -> [[Int]] {
        // The walk in which a number was first met; a walk that meets itself has found a circle.
        var walks = [Int?](repeating: nil, count: next.count)
        var cycles: [[Int]] = []
        for start in next.indices where walks[start] == nil {
            var path: [Int] = []
            var current: Int? = start
            while let number = current, walks[number] == nil {
                walks[number] = start
                path.append(number)
                current = next[number]
            }
            guard let number = current, walks[number] == start,
                let entrance = path.firstIndex(of: number)
            else { continue }
            cycles.append(rotated(Array(path[entrance...])))
        }
        return cycles.sorted { $0[0] < $1[0] }
    }

    private static func rotated(_ cycle: [Int]) -> [Int] {
        let lowest = cycle.indices.min { cycle[$0] < cycle[$1] } ?? 0
        return Array(cycle[lowest...] + cycle[..<lowest])
    }
}
