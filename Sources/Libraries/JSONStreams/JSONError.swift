/// A position in JSON text.
package struct JSONPosition: Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1.
  package var line: Int
  /// Counted from 1, in Unicode scalars.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package var description: String { "\(line):\(column)" }
}

/// The error for text that RFC 8259 does not allow, or that exceeds a limit.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, without a full stop.
  package var message: String
  package var position: JSONPosition
  /// What to do about it, as one clause; may be empty.
  package var hint: String

  package init(message: String, position: JSONPosition, hint: String = "") {
    self.message = message
    self.position = position
    self.hint = hint
  }

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

/// The limits for one document; the parser throws a `JSONError` when one is exceeded.
package struct JSONLimits: Sendable, Equatable {
  /// The maximum nesting depth of objects and arrays; the outermost has depth 1.
  package var depth: Int
  /// The maximum size of one string or number as written, in bytes.
  package var tokenBytes: Int

  package init(depth: Int = 32, tokenBytes: Int = 1 << 20) {
    self.depth = depth
    self.tokenBytes = tokenBytes
  }
}
