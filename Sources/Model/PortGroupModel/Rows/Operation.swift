/// What a row asks for.
package enum Operation: String, Sendable, CaseIterable {
  /// Make a new server; fails where there is one already.
  case create
  /// Change the one server that matches; fails where there is none.
  case update
  /// Change the one that matches, or make it.
  case upsert
  /// Remove the one that matches; nothing to do where there is none.
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

  /// True for the operations that can make a server.
  package var canCreate: Bool { self == .create || self == .upsert }
}
