import CLibXML
import Glibc

/// Converts the bytes of one text to UTF-8, piece by piece, with the C library's iconv.
///
/// A byte that is not valid in the encoding becomes 0xFF, which is never part of UTF-8, so that the next reader
/// finds its position. No character is replaced by a similar one, and none is left out.
@safe package final class TextDecoder {
  /// The byte that represents what could not be decoded.
  package static let invalid: UInt8 = 0xFF

  private let descriptor: iconv_t
  /// Bytes that are not decoded yet; between two calls, the beginning of a character.
  private var pending: [UInt8] = []
  /// The number of bytes to skip where they are not valid.
  private let unit: Int

  /// Creates a decoder (`iconv_open`); `nil` if iconv does not know the encoding.
  ///
  /// - Parameter name: the encoding, such as `windows-1252`.
  package init?(_ name: String) {
    // A suffix after a slash would make iconv replace or leave out what it cannot convert.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
      let opened = unsafe iconv_open("UTF-8", name),
      unsafe opened != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    unsafe descriptor = unsafe opened
    let kind = name.uppercased()
    unit =
      ["UTF-32", "UTF32", "UCS-4", "UCS4"].contains { kind.contains($0) }
      ? 4
      : ["UTF-16", "UTF16", "UCS-2", "UCS2"].contains { kind.contains($0) } ? 2 : 1
  }

  deinit { unsafe iconv_close(descriptor) }

  /// Decodes the next bytes and appends them to `text`.
  ///
  /// An incomplete character at the end is kept for the next call.
  package func decode(_ bytes: RawSpan, into text: inout [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
    var start = 0
    while start < pending.count {
      let step = step(from: start, into: &text)
      start += step.taken
      switch step.code {
      case 0, E2BIG: continue
      case EINVAL:
        // The rest of the character comes with the next call.
        pending.removeFirst(start)
        return
      default:
        text.append(Self.invalid)
        start = min(start + unit, pending.count)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Ends the text; an incomplete character at its end is invalid.
  package func finish(into text: inout [UInt8]) {
    if !pending.isEmpty { text.append(Self.invalid) }
    pending = []
    // Some encodings hold back the last character until they know that nothing combines with it.
    _ = step(from: 0, into: &text)
  }

  /// Calls iconv once; without input it returns the characters that it holds back.
  private func step(from start: Int, into text: inout [UInt8]) -> (taken: Int, code: Int32) {
    let room = 16 << 10
    return unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { output in
      unsafe pending.withUnsafeMutableBytes { input in
        var next = unsafe input.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
        var left = input.count - start
        var free = unsafe output.baseAddress?.assumingMemoryBound(to: CChar.self)
        var space = room
        let status =
          left == 0
          ? unsafe iconv(descriptor, nil, nil, &free, &space)
          : unsafe iconv(descriptor, &next, &left, &free, &space)
        let code = status == -1 ? errno : 0
        unsafe text.append(contentsOf: output[..<(room - space)])
        return (input.count - start - left, code)
      }
    }
  }
}
