import CLibXML

/// Converts UTF-8 to another encoding with libxml2, piece by piece; each piece holds whole characters.
///
/// A character that the encoding does not have is written as an XML character reference, such as `&#8364;`.
@safe package final class TextEncoder {
  private let handler: xmlCharEncodingHandlerPtr
  private let input: xmlBufferPtr
  private let output: xmlBufferPtr

  /// Creates an encoder (`xmlFindCharEncodingHandler`); `nil` if the encoding is not known.
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
  }

  deinit {
    unsafe xmlCharEncCloseFunc(handler)
    unsafe xmlBufferFree(input)
    unsafe xmlBufferFree(output)
  }

  /// Returns the text in the encoding (`xmlCharEncOutFunc`).
  package func encode(_ text: [UInt8]) -> [UInt8] {
    unsafe text.withUnsafeBufferPointer { buffer in
      _ = unsafe xmlBufferAdd(input, buffer.baseAddress, Int32(buffer.count))
    }
    // Without a handler, libxml2 prints errors.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    var bytes: [UInt8] = []
    while case let waiting = unsafe xmlBufferLength(input), waiting > 0 {
      _ = unsafe xmlCharEncOutFunc(handler, output, input)
      let count = unsafe Int(xmlBufferLength(output))
      if count > 0, let content = unsafe xmlBufferContent(output) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: content, count: count))
        unsafe xmlBufferEmpty(output)
      }
      if unsafe xmlBufferLength(input) == waiting { break }
    }
    unsafe xmlBufferEmpty(input)
    return bytes
  }
}
