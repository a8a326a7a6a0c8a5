#if DEBUG
import StateMachines

/// Which other schedules a run asks for.
extension Explorer {
    /// Who touched a word last.
    private struct Touched {
        /// The step that wrote last, + 1; 0 if none has.
        var write = 0
        /// The steps that have read since then, + 1, by thread.
        var reads = Lanes.none
    }

    /// Finds all pairs of conflicting steps that stood next to each other by cause, and asks for the other order.
    ///
    /// - Parameter first: the first step that the run before did not make.
    func noteRaces(from first: Int) {
        var clocks = [Lanes](repeating: .none, count: Lanes.count)
        var touched: [UInt: Touched] = [:]
        var released: [UInt: Lanes] = [:]
        for index in steps.indices.prefix(nodes.count) {
            let step = steps[index]
            let before = clocks[step.thread]
            var clock = before
            if step.access.word != 0 {
                var word = touched[step.access.word] ?? Touched()
                var rivals: [Int] = []
                if word.write > 0 {
                    clock.join(steps[word.write - 1].clock)
                    rivals.append(word.write - 1)
                }
                if step.access.kind == .read {
                    word.reads[step.thread] = index + 1
                } else {
                    for thread in 0..<Lanes.count where word.reads[thread] > 0 {
                        clock.join(steps[word.reads[thread] - 1].clock)
                        rivals.append(word.reads[thread] - 1)
                    }
                    word = Touched(write: index + 1)
                    if let lock = released[step.access.word] { clock.join(lock) }
                }
                touched[step.access.word] = word
                steps[index].number = before[step.thread] + 1
                clock[step.thread] = before[step.thread] + 1
                steps[index].clock = clock
                if index >= first { note(rivals, of: index, before: before) }
            } else {
                steps[index].number = before[step.thread] + 1
                clock[step.thread] = before[step.thread] + 1
                steps[index].clock = clock
            }
            clocks[step.thread] = clock
            if let lock = step.released { released[lock] = clock }
        }
    }

    private func note(_ rivals: [Int], of index: Int, before: Lanes) {
        for rival in rivals where steps[rival].thread != steps[index].thread {
            let (thread, number) = (steps[rival].thread, steps[rival].number)
            // Known to the thread already, or to another rival: then they are not next to each other.
            if before[thread] >= number { continue }
            if rivals.contains(where: { $0 != rival && steps[$0].clock[thread] >= number }) { continue }
            switch search {
            case .all: wantReversed(rival, index)
            case .preempting: wantBoth(rival, index)
            case .bluntly: break
            }
        }
    }

    /// Asks for a schedule with `later` before `earlier`: one that begins like what comes between them and does not
    /// come after `earlier` by cause.
    private func wantReversed(_ earlier: Int, _ later: Int) {
        let (thread, number) = (steps[earlier].thread, steps[earlier].number)
        // The first step of each thread in that, + 1.
        var firsts = Lanes.none
        for index in (earlier + 1)..<later where steps[index].clock[thread] < number {
            if firsts[steps[index].thread] == 0 { firsts[steps[index].thread] = index + 1 }
        }
        if firsts[steps[later].thread] == 0 { firsts[steps[later].thread] = later + 1 }
        var initials = ThreadSet()
        for one in 0..<Lanes.count where firsts[one] > 0 {
            let clock = steps[firsts[one] - 1].clock
            let isInitial = (0..<Lanes.count)
                .allSatisfy { other in
                    other == one || firsts[other] == 0 || firsts[other] > firsts[one]
                        || clock[other] < steps[firsts[other] - 1].number
                }
            if isInitial { initials.insert(one) }
        }
        guard (initials & (nodes[earlier].wanted | nodes[earlier].asleep)).isEmpty else { return }
        let possible = initials & nodes[earlier].enabled
        if possible.contains(steps[later].thread) {
            nodes[earlier].wanted.insert(steps[later].thread)
        } else if let one = possible.first {
            nodes[earlier].wanted.insert(one)
        } else {
            nodes[earlier].wanted = nodes[earlier].wanted | nodes[earlier].enabled
        }
    }

    /// Asks for the other order where the rival made its step, and where it got its turn: there it may cost no
    /// preemption.
    private func wantBoth(_ earlier: Int, _ later: Int) {
        var start = earlier
        while start > 0, steps[start - 1].thread == steps[earlier].thread { start -= 1 }
        for place in Set([earlier, start]) {
            if nodes[place].enabled.contains(steps[later].thread) {
                nodes[place].wanted.insert(steps[later].thread)
            } else {
                nodes[place].wanted = nodes[place].wanted | nodes[place].enabled
            }
        }
    }
}
#endif
