internal import SQLStores

/// What a run does.
package enum RunKind: String, Sendable, CaseIterable {
  case `import`
  case export
  /// It retries rows of its parent that failed.
  case retry
  /// It reverts what its parent changed.
  case undo
  /// It makes port groups as a source says.
  case restore
  /// It compares two configurations, and changes nothing.
  case diff
  /// It does what a plan file says.
  case apply
  /// It reads a server for a repository of snapshots, in which its rows are.
  case backup

  /// True if such a run may change its target.
  package var isWriting: Bool {
    switch self {
    case .export, .diff, .backup: false
    case .import, .retry, .undo, .restore, .apply: true
    }
  }
}

/// The server, or the sandbox, that a run works on.
package struct RunTarget: Sendable, Equatable {
  /// As the user named it, without credentials.
  package var url: String
  /// The server's own id, if the server reports one.
  package var identity: String?
  /// False if the user accepted it without a check of its certificate (`--insecure`).
  package var isVerified: Bool
  /// Its name, if the user has given it one.
  package var name: String?

  package init(
    url: String, identity: String? = nil, isVerified: Bool = true, name: String? = nil
  ) {
    self.url = url
    self.identity = identity
    self.isVerified = isVerified
    self.name = name
  }
}

/// The facts about a run that are known when it begins.
package struct RunOpening: Sendable, Equatable {
  package var kind: RunKind
  /// The input files of an import, or the file that an export writes.
  package var source: String
  package var target: RunTarget
  /// Everything that must be the same at a resume, as JSON text; never secrets.
  package var options: String
  package var toolVersion: String
  package var parent: RunID?
  /// True for a dry run: it changes nothing, and its rows are not kept.
  package var isDry: Bool

  package init(
    kind: RunKind, source: String, target: RunTarget, options: String = "{}", toolVersion: String,
    parent: RunID? = nil, isDry: Bool = false
  ) {
    self.kind = kind
    self.source = source
    self.target = target
    self.options = options
    self.toolVersion = toolVersion
    self.parent = parent
    self.isDry = isDry
  }
}

extension RunOpening {
  /// The columns that `init(_:)` reads.
  static let columns = """
    runs.kind, runs.source, runs.target, runs.target_identity, runs.target_verified, runs.options,
    runs.tool_version, parents.name, runs.is_dry, runs.target_name
    """

  /// The columns of `runs` that a new run gets, without its parent, which is another run's number.
  static let storedColumns = """
    kind, source, target, target_identity, target_verified, options, tool_version, is_dry,
    target_name
    """

  /// The values of `storedColumns`.
  var stored: [SQLValue] {
    [
      .text(kind.rawValue), .text(source), .text(target.url), .text(target.identity),
      .integer(target.isVerified ? 1 : 0), .text(options), .text(toolVersion),
      .integer(isDry ? 1 : 0), .text(target.name),
    ]
  }

  /// Reads the columns; `nil` if the kind is unknown.
  init?(_ row: inout ColumnReader) {
    let kind = RunKind(rawValue: row.text())
    let source = row.text()
    var target = RunTarget(
      url: row.text(), identity: row.optionalText(), isVerified: row.flag())
    let (options, toolVersion) = (row.text(), row.text())
    let parent = row.optionalText().map(RunID.init(stored:))
    let isDry = row.flag()
    target.name = row.optionalText()
    guard let kind else { return nil }
    self.init(
      kind: kind, source: source, target: target, options: options, toolVersion: toolVersion,
      parent: parent, isDry: isDry)
  }
}
