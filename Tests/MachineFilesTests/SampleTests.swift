import MachineFiles
import StateMachines
import Testing

@Suite struct SampleTests {
    @Test func `there are samples`() {
        #expect(Sample.all.count >= 20)
        #expect(Sample.all.count { $0.hasFindings } >= 9)
    }

    @Test(arguments: Sample.all) func `a sample has the findings that stand beside it`(_ sample: Sample) {
        let file = MachineFile(bytes: sample.bytes)
        #expect(MachineFile(contentsOf: sample.path) == file)
        if sample.hasFindings {
            #expect(file.jsonLines == sample.findings, "\(file.findings.map(\.description).joined(separator: "\n"))")
        } else {
            #expect(file.findings.allSatisfy { $0.severity == .warning }, "\(file.list)")
            #expect(file.definition != nil)
        }
    }
}
