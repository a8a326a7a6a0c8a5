/// When a rule answers: a question about the machine's context with a name, or several joined with `&&`, `||` and `!`.
///
/// Make each guard once, as a constant, and use it by that: the name goes into files, drawings and traces, the function
/// is what runs. Guards that are joined are asked from left to right and no further than needed, and each at most once
/// a microstep; so a guard must change nothing.
///
/// ```swift
/// let budgetLeft = Guard<Sync>("budgetLeft") { $0.retries < 3 }
/// let online = Guard<Sync>("online") { $0.isOnline }
///
/// On(.failure, to: .waiting, if: budgetLeft && !online)
/// ```
public struct Guard<Context>: Sendable {
    let condition: ConditionDefinition
    let functions: [NamedFunction<GuardFunction>]

    /// A guard with a function.
    ///
    /// - Parameters:
    ///   - name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - function: the question; it must change nothing.
    public init(_ name: String, _ function: @escaping @Sendable (Context) -> Bool) {
        let erased: GuardFunction = { address in
            unsafe function(address.pointer.assumingMemoryBound(to: Context.self).pointee)
        }
        self.init(.guard(name), [NamedFunction(name, erased)])
    }

    /// A guard by its name alone: its function stands at another mention of the name.
    public init(_ name: String) {
        self.init(.guard(name), [NamedFunction(name, nil)])
    }

    private init(_ condition: ConditionDefinition, _ functions: [NamedFunction<GuardFunction>]) {
        self.condition = condition
        self.functions = functions
    }

    /// True if both are; the second is asked only if the first is true.
    public static func && (first: Guard, second: Guard) -> Guard {
        Guard(.all(first.condition.partsOfAll + second.condition.partsOfAll), first.functions + second.functions)
    }

    /// True if one of them is; the second is asked only if the first is not.
    public static func || (first: Guard, second: Guard) -> Guard {
        Guard(.any(first.condition.partsOfAny + second.condition.partsOfAny), first.functions + second.functions)
    }

    /// True if the guard is not.
    public static prefix func ! (guard: Guard) -> Guard {
        Guard(.not(`guard`.condition), `guard`.functions)
    }
}

extension ConditionDefinition {
    /// `a && b && c` is one list of three, as a file would write it.
    fileprivate var partsOfAll: [ConditionDefinition] {
        guard case .all(let parts) = self else { return [self] }
        return parts
    }

    fileprivate var partsOfAny: [ConditionDefinition] {
        guard case .any(let parts) = self else { return [self] }
        return parts
    }
}

/// What must be true of the context at the end of every microstep that moved or stayed.
///
/// One that is false makes `fault` due: see ``OnFault``.
public struct Invariant<Context>: Sendable {
    let function: NamedFunction<GuardFunction>

    /// An invariant with a function.
    ///
    /// - Parameters:
    ///   - name: 1–64 of `A–Z a–z 0–9 _ . -`, the first a letter or `_`.
    ///   - function: what must be true; it must change nothing.
    public init(_ name: String, _ function: @escaping @Sendable (Context) -> Bool) {
        self.function = NamedFunction(name) { address in
            unsafe function(address.pointer.assumingMemoryBound(to: Context.self).pointee)
        }
    }
}
