/// Why bytes are not one document (SM001).
struct DocumentProblem: Error {
    /// What is wrong.
    var message: String
    /// Where the parser stopped, in Unicode scalars from the start; 0 where it did not begin.
    var offset: Int = 0
}
