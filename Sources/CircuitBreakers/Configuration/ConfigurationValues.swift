/// Where a configuration's values come from: a mapping of a file, the configuration of a trace, a program's settings.
///
/// Which keys there are and what each of them sets stands in ``CircuitBreaker/Configuration/Changes/init(reading:)``,
/// once for all sources.
package protocol ConfigurationValues {
    /// What the first mistake ends reading with; `Never` where mistakes are noted and reading goes on.
    associatedtype Failure: Error

    /// A whole number; nil when the key is not there, or holds none, which is noted then.
    mutating func integer(_ key: String) throws(Failure) -> Int64?
    /// A whole number, or nothing at all, which takes an inherited value away; nil as for ``integer(_:)``.
    mutating func optionalInteger(_ key: String) throws(Failure) -> Int64??
    /// A number with at most three decimals in thousandths; nil as for ``integer(_:)``.
    mutating func thousandths(_ key: String) throws(Failure) -> Int?
    /// What a word stands for; nil as for ``integer(_:)``. `expected` says which words there are.
    mutating func word<Word>(
        _ key: String,
        expected: String,
        _ read: (String) -> Word?
    ) throws(Failure) -> Word?
    /// Notes that a key is missing, if it is.
    mutating func demand(_ key: String) throws(Failure)
    /// Notes that a key must not stand there, if it does.
    mutating func refuse(_ key: String, because reason: String) throws(Failure)
    /// Goes on with what is below a key until ``leave()``; false, and nothing to leave, when the key is not there, or
    /// nothing can be below it, which is noted then.
    ///
    /// No closure: the compiler (6.3.1) fails on one that throws `Failure` where that is `Never`.
    mutating func enter(_ key: String) throws(Failure) -> Bool
    /// Goes back to where ``enter(_:)`` came from.
    mutating func leave() throws(Failure)
}

extension ConfigurationValues {
    package mutating func optionalInteger(_ key: String) throws(Failure) -> Int64?? {
        try integer(key).map { .some($0) }
    }
}
