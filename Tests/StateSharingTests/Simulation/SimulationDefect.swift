/// A rule that the simulated store or network leaves out, to see that the simulation notices.
enum SimulationDefect: String, CaseIterable, Sendable {
    /// COMMIT accepts whatever is newer, whatever its writer has seen.
    case compareLeftOut
    /// COMMIT lets automatic versions replace an operator's hold.
    case holdNotChecked
    /// COMMIT takes a version that it has replaced as if it were new.
    case repeatsAccepted
    /// Reads after a reconnect come back as they were before it.
    case staleReads
}
