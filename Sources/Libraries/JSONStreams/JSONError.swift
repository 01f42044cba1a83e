// What can go wrong in JSON text, and where.

/// A place in JSON text.
package struct JSONPosition: Sendable, Equatable, CustomStringConvertible {
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  /// Bytes before it, from 0.
  package var offset: Int

  package init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }

  package var description: String { "\(line):\(column)" }
}

/// Text that RFC 8259 does not allow, or that asks for more than the limits grant.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, without a full stop.
  package var message: String
  package var position: JSONPosition
  /// What to do about it, as one clause; empty where there is nothing to say.
  package var hint: String

  package init(message: String, position: JSONPosition, hint: String = "") {
    self.message = message
    self.position = position
    self.hint = hint
  }

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

/// How much one document may ask of the reader; what goes beyond is a `JSONError`.
package struct JSONLimits: Sendable, Equatable {
  /// The deepest nesting of objects and arrays; an outermost one is at depth 1.
  package var depth: Int
  /// Bytes of one string or number as it is written.
  package var tokenBytes: Int

  package init(depth: Int = 32, tokenBytes: Int = 1 << 20) {
    self.depth = depth
    self.tokenBytes = tokenBytes
  }
}
