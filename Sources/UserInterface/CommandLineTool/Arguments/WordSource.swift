/// What can be typed as the value of an option or as an operand: what completion offers for it.
package enum WordSource: Sendable, Hashable {
  /// A text that cannot be known beforehand; nothing is offered.
  case anything
  /// One of these words.
  case listed([String])
  case files
  case folders
  /// A name of `targets.ini`, a URL, or `sandbox:FILE`.
  case targets
  /// A name of `targets.ini` only.
  case targetNames
  /// The tags that targets have, separated by commas.
  case tags
  /// A run of the ledger, or `last`.
  case runs
  /// A port group of the target on the command line.
  case groups
  /// A diagnostic code that can be turned into a warning.
  case codes
  /// The folder of a repository.
  case repositories
  /// A snapshot of the repository on the command line, or `latest`.
  case snapshots
  /// A file, an export of the ledger, or a snapshot of a repository.
  case restoreSources
  /// The same, or a target.
  case configurations
  case encodings
  /// The name of a field, before its value.
  case fields
  /// The name of a field, after the heading of a column.
  case columns
  /// The name of a command, in several words.
  case commands

  /// True for what `targets.ini` may name.
  var namesTargets: Bool {
    switch self {
    case .targets, .targetNames, .tags, .configurations: true
    default: false
    }
  }
}
