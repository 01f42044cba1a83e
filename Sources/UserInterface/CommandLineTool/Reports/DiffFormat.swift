/// How `diff` writes its result.
package enum DiffFormat: String, Sendable, CaseIterable {
  /// For people: `+`, `-` and `~` by port group.
  case text
  /// One JSON document.
  case json
  /// A file whose import makes the old configuration into the new one.
  case csv
}
