/// A value that is bound to a parameter of a statement; it never becomes part of the SQL text.
package enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case text(String)
  /// A text as bytes; the caller guarantees that they are valid UTF-8.
  case utf8([UInt8])
  case bytes([UInt8])

  /// An integer, or NULL for `nil`.
  package static func integer(_ value: Int?) -> SQLValue {
    value.map { .integer(Int64($0)) } ?? .null
  }

  /// A text, or NULL for `nil`.
  package static func text(_ value: String?) -> SQLValue {
    value.map { .text($0) } ?? .null
  }

  /// A text as bytes of UTF-8, or NULL for `nil`.
  package static func utf8(_ value: [UInt8]?) -> SQLValue {
    value.map { .utf8($0) } ?? .null
  }

  /// Bytes, or NULL for `nil`.
  package static func bytes(_ value: [UInt8]?) -> SQLValue {
    value.map { .bytes($0) } ?? .null
  }
}
