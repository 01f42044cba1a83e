/// The identity that the server gives to an object: a GUID in lower case, such as `42ef5946-c5f2-4556-9897-6a4b6e116dfa`.
///
/// Source: the API page, field `ObjectId`; text form of RFC 9562 §4.
package struct ObjectID: Sendable, Hashable, CustomStringConvertible {
  /// 36 characters: hexadecimal digits in groups of 8, 4, 4, 4 and 12 with hyphens between.
  package let text: String

  package var description: String { text }

  /// Reads a GUID in either case; `nil` for anything else, also for one with white space or braces.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    // In lower case most are already.
    let known = ObjectID.isPlain(text.utf8.span) ? text : text.lowercased()
    guard ObjectID.isPlain(known.utf8.span) else { return nil }
    self.text = known
  }

  /// Takes the text of a GUID in lower case.
  init(lowercase text: String) { self.text = text }

  /// Reads a GUID that a copy from a printed page broke over lines: white space is taken out first.
  ///
  /// - Returns: `nil` unless the text held a line break or other white space and is a GUID without it.
  package static func mended(_ text: String) -> ObjectID? {
    let kept = text.unicodeScalars.filter { !$0.properties.isWhitespace }
    guard kept.count < text.unicodeScalars.count else { return nil }
    return ObjectID(String(String.UnicodeScalarView(kept)))
  }
}

extension ObjectID: Comparable {
  package static func < (left: ObjectID, right: ObjectID) -> Bool { left.text < right.text }
}
