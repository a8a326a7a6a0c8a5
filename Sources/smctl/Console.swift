import ArgumentParser
import Foundation
import StateMachines

/// Where data (standard output) and words (standard error) go.
enum Console {
    /// Prints data as it is: whoever builds it escapes what came from elsewhere.
    ///
    /// - Throws: an exit code of 0 when nobody reads any more (`smctl … | head`, where that does not end the process
    ///   by itself); a failure with 74 when the data is lost, because a disk is full for example.
    static func print(_ text: String) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
            guard cause.domain != NSPOSIXErrorDomain || cause.code != Int(EPIPE) else { throw ExitCode.success }
            let isKnown = cause.domain == NSPOSIXErrorDomain
            let reason = isKnown ? unsafe String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
            throw Failure(.outputLost, "standard output cannot be written: \(reason)")
        }
    }

    /// Prints words to standard error, with everything escaped that could steer a terminal, and without the middle of what
    /// is longer than a path and what is said of it.
    ///
    /// What is escaped already stays as it is.
    static func note(_ text: String) {
        // Without a standard error there is nobody to tell.
        try? FileHandle.standardError.write(contentsOf: Data(("smctl: " + text.printable(8192) + "\n").utf8))
    }

    /// Prints what is wrong with a file to standard error, `FILE:LINE: …` and nothing in front, as compilers do.
    ///
    /// - Parameter lines: whoever builds them escapes what came from elsewhere in them.
    static func complain(_ lines: [String]) {
        let text = lines.map { $0 + "\n" }.joined()
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
