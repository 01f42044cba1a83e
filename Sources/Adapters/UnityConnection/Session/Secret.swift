/// A text that must not be shown: every way to print it results in `‹secret›`.
package struct Secret: Sendable {
  private let text: String

  package init(_ text: String) { self.text = text }

  /// The text itself; only for code that sends it.
  package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "‹secret›" }
  package var debugDescription: String { description }
  /// A mirror without children, so that `dump` and debuggers do not show the text.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
