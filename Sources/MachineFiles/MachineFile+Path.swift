extension MachineFile {
    /// Reads a file; one that cannot be opened or read is a finding (SM001), too.
    ///
    /// - Parameter path: where it is. No more than 1 MiB and one byte of it is read, so that an endless one is refused
    ///   like any that is too large.
    public init(contentsOf path: String) {
        do throws(DocumentProblem) {
            self.init(bytes: try DocumentReader.bytes(ofFile: path))
        } catch {
            self.init(unreadable: error.message, at: LineIndex([]), error.offset)
        }
    }
}
