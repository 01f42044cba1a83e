/// What a row does to a server.
package enum Operation: String, Sendable, CaseIterable {
  /// Creates a server; fails if it already exists.
  case create
  /// Changes the server that matches; fails if no server matches.
  case update
  /// Changes the server that matches, or creates it.
  case upsert
  /// Deletes the server that matches; does nothing if no server matches.
  case delete

  /// Reads the word in any case.
  package init?(word: String) { self.init(utf8: word.utf8.span) }

  /// Reads the bytes of the word in any case.
  init?(utf8 word: Span<UInt8>) {
    // Most frequent words first.
    if word.spells("upsert") {
      self = .upsert
    } else if word.spells("update") {
      self = .update
    } else if word.spells("create") {
      self = .create
    } else if word.spells("delete") {
      self = .delete
    } else {
      return nil
    }
  }

  /// True for the operations that can create a server.
  package var canCreate: Bool { self == .create || self == .upsert }
}
