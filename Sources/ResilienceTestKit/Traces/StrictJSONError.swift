/// Why a text is no JSON.
struct StrictJSONError: Error, Hashable {
    /// The byte at which reading stopped.
    var position: Int
    /// Its line, counted from 1.
    var line: Int
    /// What is wrong there.
    var message: String
}
