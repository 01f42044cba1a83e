import Glibc
internal import PortGroupModel
internal import SQLStores

/// Why an operation of the ledger failed; `description` is the text for users, without options and commands.
package struct LedgerError: Error, Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// Another process keeps the ledger locked.
    case locked
    /// The file was a ledger and is damaged.
    case damaged
    /// The file is something else.
    case notALedger
    /// The file was made by a newer version.
    case newerVersion
    /// The file or its folder cannot be opened, created or written.
    case cannotOpen
    /// No temporary folder can be created, or none with enough room.
    case noTemporaryFolder
    case diskFull
    /// The file, its log or the log's index was deleted, moved, replaced or cut short while it was open.
    case moved
    /// Another user owns the file, or may change it.
    case foreign
    /// There is no run, or no row, of that name.
    case unknown
    /// A row's state does not allow the change, or an entry does not fit its run.
    case refused
    case other
  }

  package var kind: Kind
  /// What and where, as one clause without a full stop.
  package var message: String
  /// What to do next, as one clause; empty if the kind is enough.
  package var hint: String
  /// The file that has a copy of what a lost ledger contained.
  package var savedCopy: String?

  package init(_ kind: Kind, _ message: String, hint: String, savedCopy: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.savedCopy = savedCopy
  }
}

extension LedgerError: CustomStringConvertible {
  package var description: String { hint.isEmpty ? message : "\(message); \(hint)" }
}

extension LedgerError {
  /// Words an error that the store reported about the file at `path`.
  package init(_ error: any Error, in path: String) {
    switch error {
    case let error as LedgerError: self = error
    case let error as SQLError: self.init(store: error, path)
    default:
      self.init(.other, "the ledger \(path) failed: \(error)", hint: "run the command again")
    }
  }

  private init(store error: SQLError, _ path: String) {
    switch error.kind {
    case .busy:
      self.init(
        .locked, "the ledger \(path) is locked by another process",
        hint: "wait until that process has ended")
    case .damaged:
      self.init(
        .damaged, "the ledger \(path) is damaged (\(error.message))",
        hint: Self.damageHint)
    case .notADatabase, .anotherProgram:
      self.init(
        .notALedger, "the file \(path) is not a ledger of cupibulk",
        hint: "")
    case .foreignSchema:
      self.init(
        .notALedger,
        "the ledger \(path) has content that no version of cupibulk writes (\(error.message))",
        hint: "do not use this file before you know who wrote it")
    case .fenced:
      self.init(
        .refused, "another process has taken over the run of this one in the ledger \(path)",
        hint: "look at what that one does; this one sends nothing more")
    case .moved:
      self.init(
        .moved, "the ledger \(path) was changed from outside: \(error.message)",
        hint: "run the command again, and leave the files of the ledger alone meanwhile")
    case .newerVersion:
      self.init(
        .newerVersion, "the ledger \(path) was written by another version of cupibulk",
        hint: "update cupibulk")
    case .cannotOpen:
      self.init(
        .cannotOpen, "the ledger \(path) cannot be opened (\(error.reason))",
        hint: "check the path and its permissions")
    case .readOnly:
      self.init(
        .cannotOpen, "the ledger \(path) cannot be written",
        hint: "check the permissions of the file and its folder")
    case .full where error.systemError == EFBIG:
      self.init(
        .diskFull,
        "this process may not write a file as large as the ledger \(path) would become (ulimit -f)",
        hint: "raise the limit, then continue; what was recorded before is safe")
    case .full:
      self.init(
        .diskFull, "the disk is full, so that the ledger \(path) cannot grow",
        hint: "make room, then continue; what was recorded before is safe")
    case .constraint, .other:
      self.init(
        .other, "the ledger \(path) failed: \(error.detail)",
        hint: "run the command again")
    }
  }

  /// A temporary failure of the disk cannot be distinguished from permanent damage of the file.
  private static let damageHint =
    "check the disk, then try again; if the error remains, \(FileStore.integrityCheck) shows what is "
    + "damaged. Then restore a copy, and keep this file: open runs can only be resumed from it"

  /// The error for a name that no run in the ledger has.
  static func unknownRun(_ name: String, in path: String) -> LedgerError {
    LedgerError(
      .unknown, "the ledger \(path) has no run \(name)", hint: "check its name")
  }

  /// Another process has resumed a run that this one worked on.
  static func lost(_ run: RunID, to owner: RunOwner) -> LedgerError {
    LedgerError(
      .refused,
      "process \(owner.pid) has resumed run \(run), so that this one sends nothing more for it",
      hint: "wait until that process has ended, then look at the rows of the run")
  }

  /// An entry holds what no version of the program writes.
  static func inconsistent(_ what: String) -> LedgerError {
    LedgerError(
      .damaged, "the ledger's entry for \(what) is not valid",
      hint:
        "restore a copy of the ledger, and keep this file: open runs can only be resumed from it"
    )
  }
}
