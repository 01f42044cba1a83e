/// What this machine knows without a server: its targets, its ledger and its repositories.
protocol KnownWords: Sendable {
  typealias Word = CompletionAnswer.Word

  /// The targets by name.
  func targets() -> [Word]
  /// The tags of all targets.
  func tags() -> [Word]
  /// The newest runs of the ledger on the command line; only those that have read a server if `exports` is true.
  func runs(exports: Bool) -> [Word]
  /// The port groups of the target on the command line.
  func groups() -> [Word]
  /// The snapshots of a repository, the newest first; `nil` for the repository of the command line.
  func snapshots(in folder: String?) -> [Word]
  /// The folders of the repositories of targets.
  func repositories() -> [Word]
}

/// Nothing is known; what the tables have is offered.
struct NothingKnown: KnownWords {
  func targets() -> [Word] { [] }
  func tags() -> [Word] { [] }
  func runs(exports: Bool) -> [Word] { [] }
  func groups() -> [Word] { [] }
  func snapshots(in folder: String?) -> [Word] { [] }
  func repositories() -> [Word] { [] }
}
