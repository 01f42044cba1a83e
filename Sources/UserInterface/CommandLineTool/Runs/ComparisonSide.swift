import BatchEngine
import PortGroupModel
import RowLedger

/// One side of a comparison as it was typed, and how it is opened.
struct ComparisonSide: Sendable {
  let text: String
  let reference: ConfigurationReference
  /// How to connect, for a target.
  let connecting: ConnectingOptions?

  /// Reads what was typed; the account, trust and fences of a target are found, and nothing is connected.
  init(
    _ text: String, _ connecting: ConnectingOptions, _ context: CommandContext
  ) throws(CommandFailure) {
    self.text = text
    reference = try ConfigurationReference(text, environment: context.environment)
    guard case .target(let name) = reference else {
      self.connecting = nil
      return
    }
    var options = connecting
    options.target = name
    self.connecting = try options.resolved(on: context.console)
  }

  /// What was typed for a snapshot by its name; `nil` for everything else.
  var namedSnapshot: String? {
    guard case .snapshot(_, let typed) = reference, typed.lowercased() != "latest",
      OptionValue.endOfDay(typed) == nil
    else { return nil }
    return typed
  }

  /// The side for users.
  var shown: String {
    switch reference {
    case .file(let path): path == "-" ? "standard input" : path
    case .run, .snapshot: text
    case .target: connecting?.shownTarget ?? text
    }
  }

  /// What `import` needs to write to this side: its target, and the account that was typed for it.
  ///
  /// An export has the target from which it was read; for a file the user has to name one.
  func importWords(_ opened: any Configuration) -> String {
    if case .target(let name) = reference {
      let user = connecting?.arguments.givenText(.username)
      return "--target \(name.shellWord)" + (user.map { " --username \($0.shellWord)" } ?? "")
    }
    guard let origin = (opened as? any StoredConfiguration)?.origin else { return "--target T" }
    return "--target \((origin.targetName ?? origin.url).shellWord)"
  }
}
