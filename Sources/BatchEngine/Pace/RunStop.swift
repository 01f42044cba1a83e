/// Why a run ends before its work is done.
package enum RunStop: Error, Sendable, Equatable {
  /// The user asked for it (SIGINT).
  case interrupted
  /// The system asked for it (SIGTERM).
  case terminated
  /// Asked a second time, or cancelled: what flew was cut.
  case aborted
  /// No request succeeded for as long as `--give-up` allows; `reason` is the last trouble.
  case gaveUp(after: Duration, reason: String)
  /// The server will not talk to us: credentials, certificate, role.
  case refused(String)
  /// The server answered what cannot be worked with.
  case server(String)
  /// The ledger cannot be written or read.
  case ledger(String)
  /// A fuse: more deletes than allowed.
  case fuse(String)
}
