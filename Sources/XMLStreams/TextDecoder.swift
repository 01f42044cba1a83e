// libxml2's character encodings: bytes in any of them become UTF-8, in any cut.

import CLibXML

/// Turns the bytes of one text into UTF-8, piece by piece.
///
/// What is not valid in the encoding becomes the byte 0xFF, which is never part of UTF-8, so that whoever
/// reads on finds the place.
@safe package final class TextDecoder {
  /// Stands for what could not be decoded.
  package static let invalid: UInt8 = 0xFF

  private let handler: xmlCharEncodingHandlerPtr
  private let input: xmlBufferPtr
  private let output: xmlBufferPtr
  /// How many bytes are given up where they mean nothing.
  private let unit: Int

  /// Makes a decoder (`xmlFindCharEncodingHandler`).
  ///
  /// - Parameter name: such as `windows-1252`; nil where neither libxml2 nor iconv knows it.
  package init?(_ name: String) {
    guard !name.contains("/"), let found = unsafe xmlFindCharEncodingHandler(name) else {
      return nil
    }
    guard let input = unsafe xmlBufferCreate(), let output = unsafe xmlBufferCreate() else {
      preconditionFailure("libxml2 has no memory left for a text")
    }
    unsafe handler = unsafe found
    unsafe self.input = unsafe input
    unsafe self.output = unsafe output
    unit = name.lowercased().hasPrefix("utf-16") ? 2 : 1
  }

  deinit {
    unsafe xmlCharEncCloseFunc(handler)
    unsafe xmlBufferFree(input)
    unsafe xmlBufferFree(output)
  }

  /// Decodes the next bytes (`xmlCharEncInFunc`) and appends them to `text`.
  ///
  /// The first bytes of a character that goes on behind these bytes wait for the next call.
  package func decode(_ bytes: [UInt8], into text: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      _ = unsafe xmlBufferAdd(input, buffer.baseAddress, Int32(buffer.count))
    }
    // libxml2 would print what it cannot decode.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    while case let waiting = unsafe xmlBufferLength(input), waiting > 0 {
      let status = unsafe xmlCharEncInFunc(handler, output, input)
      take(into: &text)
      if unsafe xmlBufferLength(input) < waiting { continue }
      guard status == -2 else { return }
      giveUp(unit, into: &text)
    }
  }

  /// The text ends: bytes that still wait are the beginning of a character that does not come.
  package func finish(into text: inout [UInt8]) {
    if unsafe xmlBufferLength(input) > 0 { giveUp(.max, into: &text) }
  }

  private func giveUp(_ count: Int, into text: inout [UInt8]) {
    text.append(Self.invalid)
    let waiting = unsafe Int(xmlBufferLength(input))
    unsafe xmlBufferShrink(input, UInt32(min(count, waiting)))
  }

  private func take(into text: inout [UInt8]) {
    let count = unsafe Int(xmlBufferLength(output))
    guard count > 0, let content = unsafe xmlBufferContent(output) else { return }
    unsafe text.append(contentsOf: UnsafeBufferPointer(start: content, count: count))
    unsafe xmlBufferEmpty(output)
  }
}
