// The character encodings of the C library (iconv): bytes in any of them become UTF-8, in any cut.

import CLibXML
import Glibc

/// Turns the bytes of one text into UTF-8, piece by piece.
///
/// What is not valid in the encoding becomes the byte 0xFF, which is never part of UTF-8, so that whoever
/// reads on finds the place. Nothing is replaced by something alike, and nothing is left out.
@safe package final class TextDecoder {
  /// Represents what could not be decoded.
  package static let invalid: UInt8 = 0xFF

  private let descriptor: iconv_t
  /// Bytes that were not decoded yet: the beginning of a character, between two calls.
  private var waiting: [UInt8] = []
  /// How many bytes are given up where they mean nothing.
  private let unit: Int

  /// Makes a decoder (`iconv_open`).
  ///
  /// - Parameter name: such as `windows-1252`; nil where iconv does not know it.
  package init?(_ name: String) {
    // What follows a slash would let iconv replace or leave out what it cannot convert.
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
  /// The first bytes of a character that continues behind these bytes wait for the next call.
  package func decode(_ bytes: RawSpan, into text: inout [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe waiting.append(contentsOf: $0) }
    var start = 0
    while start < waiting.count {
      let step = step(from: start, into: &text)
      start += step.taken
      switch step.code {
      case 0, E2BIG: continue
      case EINVAL:
        // The rest of the character is still to come.
        waiting.removeFirst(start)
        return
      default:
        text.append(Self.invalid)
        start = min(start + unit, waiting.count)
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// The text ends: bytes that still wait are the beginning of a character that does not come.
  package func finish(into text: inout [UInt8]) {
    if !waiting.isEmpty { text.append(Self.invalid) }
    waiting = []
    // Some encodings keep their last character until they know that nothing combines with it.
    _ = step(from: 0, into: &text)
  }

  /// One call of iconv; without bytes it gives what it has kept.
  private func step(from start: Int, into text: inout [UInt8]) -> (taken: Int, code: Int32) {
    let room = 16 << 10
    return unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { output in
      unsafe waiting.withUnsafeMutableBytes { input in
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
