// What can go wrong in XML text, and where.

import CLibXML

/// A place in a text: line and column, both counted from 1, columns in Unicode scalars.
package struct TextPosition: Sendable, Equatable, CustomStringConvertible {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package var description: String { "\(line):\(column)" }
}

/// Text that is not well-formed XML, or XML that this program refuses to read.
package struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// libxml2's sentence, or ours where a limit was passed; without a full stop.
  package var message: String
  package var position: TextPosition
  /// What to do about it, as one clause; empty where there is nothing to say.
  package var hint: String

  package init(message: String, position: TextPosition, hint: String = "") {
    self.message = message
    self.position = position
    self.hint = hint
  }

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

extension XMLError {
  /// What is said in place of a sentence of libxml2 that would mislead; nil for those that do not.
  static func plain(
    _ code: Int32, _ message: String, _ encoding: String, at position: TextPosition
  ) -> XMLError? {
    if message.contains("Huge input lookup") {
      return XMLError(
        message: "a tag, comment or instruction is longer than 10000000 bytes", position: position,
        hint: "most likely it is never closed")
    }
    if message.hasPrefix("EntityRef:") || message.hasPrefix("xmlParseEntityRef:") {
      return XMLError(
        message: "an & stands alone", position: position,
        hint: "write &amp; for it; an entity such as &lt; ends with a semicolon")
    }
    // Bytes cut in the middle make it an "internal error".
    guard code == XML_ERR_INTERNAL_ERROR.rawValue || message.hasPrefix("Input is not proper UTF-8")
    else { return nil }
    return XMLError(
      message: "bytes that are not valid \(encoding)", position: position,
      hint: encoding == "UTF-8"
        ? "save the document as UTF-8, or declare the encoding that it is in"
        : "the document is damaged, or in another encoding: save it as UTF-8 and declare that")
  }
}

/// How much one document may ask of the reader; what goes beyond is an `XMLError`.
package struct XMLLimits: Sendable, Equatable {
  /// The deepest nesting of elements; the root is at depth 1.
  package var depth: Int
  /// Bytes (UTF-8) of one uninterrupted text, and of all attributes of one element.
  package var textBytes: Int
  /// Bytes (UTF-8) of one tag with its attributes; up to 16 KiB more may pass.
  package var tagBytes: Int
  /// How many namespaces may be open at once, declared by all elements around a place.
  package var namespaces: Int
  /// How many different element and attribute names a document may use.
  package var names: Int

  package init(
    depth: Int = 32, textBytes: Int = 1 << 20, tagBytes: Int = 64 << 10, namespaces: Int = 256,
    names: Int = 10_000
  ) {
    self.depth = depth
    self.textBytes = textBytes
    self.tagBytes = tagBytes
    self.namespaces = namespaces
    self.names = names
  }
}
