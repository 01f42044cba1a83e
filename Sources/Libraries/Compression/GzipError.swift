/// Why packed bytes cannot be unpacked; each with the place of the next packed byte, from 1.
package enum GzipError: Error, Equatable {
  /// The data do not agree with themselves.
  case damaged(byte: Int)
  /// The input ends in the middle of a member.
  case cut(byte: Int)
  /// Something that is no gzip member follows one.
  case followed(byte: Int)
}
