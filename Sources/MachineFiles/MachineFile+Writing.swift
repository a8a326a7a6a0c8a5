public import StateMachines

extension MachineFile {
    /// The language of a file.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// YAML.
        case yaml
        /// JSON.
        case json
    }

    /// Writes a definition: what it says and nothing that is the default, the same text for the same definition.
    ///
    /// Reading the text gives an equal definition, if the definition has no errors.
    ///
    /// - Parameters:
    ///   - definition: any definition, checked or not.
    ///   - format: YAML, or JSON.
    /// - Returns: the text, which ends with a line break.
    public static func write(_ definition: MachineDefinition, as format: Format = .yaml) -> String {
        DocumentPrinter(format: format).text(definition.written)
    }
}
