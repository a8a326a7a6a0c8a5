import MachineFiles
import StateMachines

/// Reads whatever libFuzzer thinks of, and stops where the result contradicts itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    let file = MachineFile(bytes: bytes)
    let hasError = file.findings.contains { $0.severity == .error }
    precondition(hasError == (file.definition == nil), "a definition with errors, or none without")
    let isSorted = zip(file.findings, file.findings.dropFirst()).allSatisfy { $0.position <= $1.position }
    precondition(isSorted, "the findings are not in order")
    if let definition = file.definition {
        for format in MachineFile.Format.allCases {
            let text = MachineFile.write(definition, as: format)
            precondition(MachineFile(text).definition == definition, "another definition after being written")
        }
    }
    return 0
}
