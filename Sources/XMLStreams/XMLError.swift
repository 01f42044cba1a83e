// What can go wrong in XML text, and where.

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

/// How much one document may ask of the reader; what goes beyond is an `XMLError`.
package struct XMLLimits: Sendable, Equatable {
  /// The deepest nesting of elements; the root is at depth 1.
  package var depth: Int
  /// Bytes (UTF-8) of one uninterrupted text, and of all attributes of one element.
  package var textBytes: Int
  /// How many different element and attribute names a document may use.
  package var names: Int

  package init(depth: Int = 32, textBytes: Int = 1 << 20, names: Int = 10_000) {
    self.depth = depth
    self.textBytes = textBytes
    self.names = names
  }
}
