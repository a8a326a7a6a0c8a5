/// Finds all that is wrong or doubtful about a definition.
///
/// Findings come in three tiers, each only for a definition that has none of the tier before: keys that stand twice;
/// form and unknown names; meaning. A loader asks for the tiers one by one, because it has findings of its own to join.
package struct Validator {
    /// What is checked.
    package let definition: MachineDefinition
    /// Findings about the Swift enums behind the definition; they belong to the second tier.
    private let misplaced: [Finding]

    /// Creates a validator.
    package init(_ definition: MachineDefinition) {
        self.init(definition: definition)
    }

    init(definition: MachineDefinition, misplaced: [Finding] = []) {
        self.definition = definition
        self.misplaced = misplaced
    }

    /// All findings, in the order of the definition's parts.
    package func findings() -> [Finding] {
        let duplicates = duplicateFindings()
        guard duplicates.isEmpty else { return duplicates }
        let form = formFindings()
        return form.isEmpty ? meaningFindings() : form
    }

    /// SM003: what would be a key that stands twice; said alone.
    package func duplicateFindings() -> [Finding] {
        var check = FormCheck(definition: definition)
        check.checkDuplicates()
        return FindingOrder(definition).sorted(check.findings)
    }

    /// SM005–SM011: form and names.
    package func formFindings() -> [Finding] {
        var check = FormCheck(definition: definition)
        check.checkForm()
        return FindingOrder(definition).sorted(misplaced + check.findings)
    }

    /// SM012–SM018 and SM103–SM105, and SM101 and SM102 if none of them is an error.
    ///
    /// Only for a definition without findings about its form.
    ///
    /// - Parameter presentKeys: the keys that stand in each state, by the state's name: a file may have an empty `on`
    ///   in a final state, and a definition does not show it.
    /// - Returns: the findings in the order of the definition's parts.
    package func meaningFindings(presentKeys: [String: Set<String>] = [:]) -> [Finding] {
        var check = MeaningCheck(definition: definition, presentKeys: presentKeys)
        check.checkAll()
        return FindingOrder(definition).sorted(check.findings)
    }
}
