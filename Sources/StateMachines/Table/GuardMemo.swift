/// The answers of the guards that were called in one microstep: each is called at most once.
struct GuardMemo {
    private var known: UInt64 = 0
    private var truth: UInt64 = 0
    /// Guards behind the 64th; hardly any machine has so many, and only those pay.
    private var more: [Int: Bool] = [:]

    subscript(guard: Int) -> Bool? {
        get {
            guard `guard` < 64 else { return more[`guard`] }
            guard known >> UInt64(`guard`) & 1 == 1 else { return nil }
            return truth >> UInt64(`guard`) & 1 == 1
        }
        set {
            guard `guard` < 64 else {
                more[`guard`] = newValue
                return
            }
            let bit: UInt64 = 1 << UInt64(`guard`)
            known |= bit
            truth = newValue == true ? truth | bit : truth & ~bit
        }
    }
}
