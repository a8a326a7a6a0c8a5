/// What holds in every run: the invariants of the fleet protocol, section 13, by their names.
///
/// I5 is about permits for the whole fleet; I12 is about the journal, which only a real server keeps.
enum Invariant: String, CaseIterable, Sendable {
    case convergence = "I1 convergence"
    case monotone = "I2 monotone"
    case noBlindOverwrite = "I3 no blind overwrite"
    case noLostTrip = "I4 no lost trip"
    case fencing = "I6 fencing"
    case failStatic = "I7 fail-static"
    case bounds = "I8 bounds"
    case deadline = "I9 deadline"
    case idempotence = "I10 idempotence"
    case operators = "I11 operators"
}
