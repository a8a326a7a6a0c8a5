/// Why bytes are not one document (SM001).
package struct DocumentProblem: Error {
    /// What is wrong.
    package var message: String
    /// Where the parser stopped, in Unicode scalars from the start; 0 where it did not begin.
    package var offset: Int = 0
}
