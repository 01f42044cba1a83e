// libxml2's schemas (XSD 1.0): compiled once, then given to the parsers whose documents they are to check.

import CLibXML

/// A schema, compiled and ready to check documents against.
@safe package final class XMLSchema {
  let compiled: xmlSchemaPtr

  /// Compiles a schema (`xmlSchemaParse`).
  ///
  /// - Parameter text: the schema document; it includes and imports nothing.
  /// - Throws: `XMLError` with libxml2's first complaint where it is no schema.
  package init(_ text: String) throws(XMLError) {
    var failure: XMLError?
    // libxml2 would print what is wrong with the XML itself.
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

/// One place where a document is well-formed and yet not as its schema says.
package struct XMLViolation: Sendable, Equatable {
  /// libxml2's sentence, cut to 300 characters, without a full stop.
  package let message: String
  /// Where the element begins.
  package let position: TextPosition
  /// The element's local name.
  package let element: String
  /// The index of the event in the batch that it was found at.
  package let event: Int
}

private func keepFirst(_ error: xmlErrorPtr?, in failure: UnsafeMutableRawPointer?) {
  guard let error = unsafe error,
    let failure = unsafe failure?.assumingMemoryBound(to: XMLError?.self),
    unsafe failure.pointee == nil
  else { return }
  let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "unknown error"
  unsafe failure.pointee = XMLError(
    message: withoutStop(message),
    position: TextPosition(line: max(Int(error.pointee.line), 1), column: 1))
}

/// libxml2 ends its sentences with a full stop and a line end.
func withoutStop(_ text: String) -> String {
  var scalars = Substring(text).unicodeScalars
  while let last = scalars.last, last.properties.isWhitespace || last == "." {
    scalars.removeLast()
  }
  return String(scalars)
}
