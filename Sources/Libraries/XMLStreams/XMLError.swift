import CLibXML

/// A position in a text: line and column, both counted from 1, columns in Unicode scalars.
package struct TextPosition: Sendable, Equatable, CustomStringConvertible {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package var description: String { "\(line):\(column)" }
}

/// The error for text that is not well-formed XML, or that this program refuses to read.
package struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// libxml2's message or this program's own, without a full stop.
  package var message: String
  package var position: TextPosition
  /// What to do about it, as one clause; may be empty.
  package var hint: String

  package init(message: String, position: TextPosition, hint: String = "") {
    self.message = message
    self.position = position
    self.hint = hint
  }

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

extension XMLError {
  /// Returns the error to report instead of a misleading message of libxml2; `nil` for all other messages.
  static func clarified(
    _ code: Int32, _ message: String, _ encoding: String, at position: TextPosition
  ) -> XMLError? {
    if message.contains("Huge input lookup") {
      return XMLError(
        message: "a tag, comment or instruction is longer than 10000000 bytes", position: position,
        hint: "most likely it is never closed")
    }
    if message.hasPrefix("EntityRef:") || message.hasPrefix("xmlParseEntityRef:") {
      return XMLError(
        message: "there is an & that begins no entity", position: position,
        hint: "write &amp; for it; an entity such as &lt; ends with a semicolon")
    }
    // libxml2 reports an incomplete character as an "internal error".
    guard code == XML_ERR_INTERNAL_ERROR.rawValue || message.hasPrefix("Input is not proper UTF-8")
    else { return nil }
    return XMLError(
      message: "bytes that are not valid \(encoding)", position: position,
      hint: encoding == "UTF-8"
        ? "save the document as UTF-8, or declare the encoding that it is in"
        : "the document is damaged, or in another encoding: save it as UTF-8 and declare that")
  }
}

/// The limits for one document; the parser throws an `XMLError` when one is exceeded.
package struct XMLLimits: Sendable, Equatable {
  /// The maximum nesting depth of elements; the root has depth 1.
  package var depth: Int
  /// The maximum size of one text, and of all attributes of one element, in bytes of UTF-8.
  package var textBytes: Int
  /// The maximum size of one tag with its attributes, in bytes of UTF-8; up to 16 KiB more may be accepted.
  package var tagBytes: Int
  /// The maximum number of namespaces in scope, declared by all open elements.
  package var namespaces: Int
  /// The maximum number of different element and attribute names.
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
