// Texts that must not be seen.

/// A text that must not be seen: it prints as `‹secret›` in every way of printing.
package struct Secret: Sendable {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// The text itself, for the one place that sends it.
  package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "‹secret›" }
  package var debugDescription: String { description }
  /// No child, so that `dump` and debuggers find nothing.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
