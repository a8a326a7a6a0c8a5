import MachineFiles
import StateMachines

extension MachineFile {
    /// The findings as `SM005 3:1`, in order.
    var list: [String] { findings.map { "\($0.code) \($0.position)" } }

    /// The findings as the conformance sample has them.
    var jsonLines: [String] {
        findings.map { finding in
            let severity = "\"severity\":\"\(finding.severity)\""
            guard finding.code != .unreadable else { return "{\"code\":\"SM001\",\(severity)}" }
            let place = "\"column\":\(finding.position.column),\"line\":\(finding.position.line)"
            return "{\"code\":\"\(finding.code)\",\(place),\(severity)}"
        }
    }
}
