/// Collects the rules of one state of a ``TypedDefinition``.
@resultBuilder
public enum RuleBuilder<State: MachineSymbol, Event: MachineSymbol, Context> {
    /// One line or several.
    public typealias Parts = [StatePart<Event, Context>]

    /// Takes a rule for an event.
    public static func buildExpression(_ rule: On<State, Event, Context>) -> Parts { [rule.part] }

    /// Takes a rule for `fault`.
    public static func buildExpression(_ rule: OnFault<State, Event, Context>) -> Parts { [rule.part] }

    /// Takes an eventless rule.
    public static func buildExpression(_ rule: Always<State, Event, Context>) -> Parts { [rule.part] }

    /// Takes ignored events.
    public static func buildExpression(_ list: Ignore<Event>) -> Parts { [StatePart(.ignore(list.names))] }

    /// Takes rejected events.
    public static func buildExpression(_ list: Reject<Event>) -> Parts { [StatePart(.reject(list.names))] }

    /// Takes deferred events.
    public static func buildExpression(_ list: Defer<Event>) -> Parts { [StatePart(.defer(list.names))] }

    /// Takes entry actions.
    public static func buildExpression(_ list: Entry<Event, Context>) -> Parts { [StatePart(.entry, list.actions)] }

    /// Takes exit actions.
    public static func buildExpression(_ list: Exit<Event, Context>) -> Parts { [StatePart(.exit, list.actions)] }

    /// Takes a timeout.
    public static func buildExpression(_ timeout: Timeout<Event>) -> Parts { [StatePart(.timeout(timeout.definition))] }

    /// Joins what stands in one block.
    public static func buildBlock(_ parts: Parts...) -> Parts { parts.flatMap(\.self) }

    /// Joins what a loop made.
    public static func buildArray(_ parts: [Parts]) -> Parts { parts.flatMap(\.self) }

    /// Takes what stands in an `if` without `else`.
    public static func buildOptional(_ part: Parts?) -> Parts { part ?? [] }

    /// Takes what stands in an `if` or `switch`.
    public static func buildEither(first part: Parts) -> Parts { part }

    /// Takes what stands in an `else` or `switch`.
    public static func buildEither(second part: Parts) -> Parts { part }
}
