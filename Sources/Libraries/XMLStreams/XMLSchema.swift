import CLibXML

/// A compiled schema (XSD 1.0), which any number of parsers can use.
@safe package final class XMLSchema {
  let compiled: xmlSchemaPtr

  /// Compiles a schema (`xmlSchemaParse`).
  ///
  /// - Parameter text: the schema document, which must not include or import others.
  /// - Throws: `XMLError` with libxml2's first message if it is not a schema.
  package init(_ text: String) throws(XMLError) {
    var failure: XMLError?
    // Without a handler, libxml2 prints errors in the XML itself.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    let made = unsafe withUnsafeMutablePointer(to: &failure) { failure in
      var bytes = Array(text.utf8)
      return unsafe bytes.withUnsafeMutableBytes { buffer -> xmlSchemaPtr? in
        guard
          let context = unsafe xmlSchemaNewMemParserCtxt(
            buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        else { return nil }
        defer { unsafe xmlSchemaFreeParserCtxt(context) }
        unsafe xmlSchemaSetParserStructuredErrors(
          context, { failure, error in unsafe keepFirst(error, in: failure) }, failure)
        return unsafe xmlSchemaParse(context)
      }
    }
    guard let made = unsafe made else {
      throw failure
        ?? XMLError(message: "it is no schema", position: TextPosition(line: 1, column: 1))
    }
    unsafe compiled = unsafe made
  }

  deinit { unsafe xmlSchemaFree(compiled) }
}

/// One violation of the schema in a well-formed document.
package struct XMLViolation: Sendable, Equatable {
  /// libxml2's message, shortened to 300 characters, without a full stop.
  package let message: String
  /// The position of the element.
  package let position: TextPosition
  /// The element's local name.
  package let element: String
  /// The index in the batch of the event at which it was found.
  package let event: Int
}

private func keepFirst(_ error: xmlErrorPtr?, in failure: UnsafeMutableRawPointer?) {
  guard let error = unsafe error,
    let failure = unsafe failure?.assumingMemoryBound(to: XMLError?.self),
    unsafe failure.pointee == nil
  else { return }
  let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "unknown error"
  unsafe failure.pointee = XMLError(
    message: withoutFullStop(message),
    position: TextPosition(line: max(Int(error.pointee.line), 1), column: 1))
}

/// Returns a message of libxml2 without its final full stop and line end.
func withoutFullStop(_ text: String) -> String {
  var scalars = Substring(text).unicodeScalars
  while let last = scalars.last, last.properties.isWhitespace || last == "." {
    scalars.removeLast()
  }
  return String(scalars)
}
