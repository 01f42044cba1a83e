// The normalization forms of Unicode (UAX #15) with libunistring.

internal import CUnistring
internal import Glibc

/// The two equivalent forms of letters with marks.
package enum NormalizationForm: Sendable {
  /// One scalar for a letter and its marks, if there is one (NFC).
  case composed
  /// A letter, then its marks (NFD).
  case decomposed
}

extension String {
  /// The text in a normalization form (`u8_normalize`).
  package func normalized(_ form: NormalizationForm) -> String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    let bytes = Array(utf8)
    var length = 0
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      let made = unsafe cupibulk_unistring_normalize(
        form == .composed ? 1 : 0, buffer.baseAddress, buffer.count, &length)
      // A string is always valid UTF-8, so this fails only without memory.
      guard let made = unsafe made else { return self }
      defer { unsafe free(made) }
      return unsafe String(
        decoding: UnsafeBufferPointer(start: made, count: length), as: UTF8.self)
    }
  }
}
