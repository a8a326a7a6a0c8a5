/// Values of a document whose places are wanted, by their keys; a list's items are `[1]`, `[2]`, ….
final class StrictJSONPlaces {
    private(set) var inner: [String: StrictJSONPlaces] = [:]
    /// The value's first byte; `nil` before it was found.
    var position: Int?

    /// Asks for a value.
    func add(_ path: [String]) {
        var place = self
        for key in path {
            let next = place.inner[key] ?? StrictJSONPlaces()
            place.inner[key] = next
            place = next
        }
    }

    /// Where a value begins, or what it was to be in when there is no such value.
    func position(of path: [String]) -> Int {
        var place = self
        var found = position ?? 0
        for key in path {
            guard let next = place.inner[key] else { break }
            found = next.position ?? found
            place = next
        }
        return found
    }
}
