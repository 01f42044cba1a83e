/// Why bytes cannot be decompressed; each with the number of the next compressed byte, from 1.
package enum GzipError: Error, Equatable {
  /// The data are inconsistent.
  case damaged(byte: Int)
  /// The input ends in the middle of a member.
  case cut(byte: Int)
  /// Something other than a gzip member follows one.
  case followed(byte: Int)
}
