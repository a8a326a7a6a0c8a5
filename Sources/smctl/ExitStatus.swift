import ArgumentParser
import RedisSharing
import StateSharing

/// What `smctl` ends with; the numbers are those of `sysexits.h` from 64 on.
enum ExitStatus: Int32, CaseIterable {
    /// Done; for `--fail-on`: nothing to report.
    case success = 0
    /// A check failed: a breaker is open under `--fail-on`, a document has errors.
    case checkFailed = 1
    /// No such breaker; nothing was created.
    case notFound = 2
    /// The command line is wrong. The argument parser's own number for it, too.
    case usage = 64
    /// A file that cannot be read as what it should be.
    case dataError = 65
    /// The store cannot be reached or does not answer as it should.
    case unavailable = 69
    /// What was to be printed could not be written.
    case outputLost = 74
    /// Somebody else was first, or the store refuses writes now: try again.
    case tryAgain = 75
    /// The store refused the credentials, or the state does not allow the override.
    case notPermitted = 77

    var exitCode: ExitCode { ExitCode(rawValue) }
}

/// Why a command ended otherwise than well: what is printed, and the number it ends with.
struct Failure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// Takes a store's error; `address` tells where it is, for the messages that do not say.
    init(_ error: StoreError, address: String) {
        let status: ExitStatus =
            switch error.code {
            case .denied: .notPermitted
            case .writesRefused, .busy, .loading, .readOnly, .overloaded: .tryAgain
            default: .unavailable
            }
        let prefix = error.message.contains(address) ? "" : "\(address): "
        self.init(status, prefix + error.message)
    }

    init(_ error: OperatorError, address: String) {
        if let cause = error.cause, error.code == .store {
            var cause = cause
            cause.message = error.message
            self.init(cause, address: address)
            return
        }
        let status: ExitStatus =
            switch error.code {
            case .notFound: .notFound
            case .refused: .notPermitted
            case .invalid: .usage
            default: .tryAgain
            }
        self.init(status, error.message)
    }
}
