import CLibXML

/// The error for a character that XML 1.0 does not allow, such as a control character.
package struct XMLWriterError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The first character that cannot be written.
  package var scalar: Unicode.Scalar

  package var description: String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return "the character U+\(code) cannot be written as XML"
  }
}

/// Writes one XML document piece by piece; the caller calls `takeBytes()` from time to time.
///
/// The bytes are canonical: UTF-8, two spaces of indentation, `<Name/>` for an empty element.
@safe package final class XMLTextWriter {
  private let writer: xmlTextWriterPtr
  private let buffer: xmlBufferPtr

  /// Creates a writer into memory (`xmlNewTextWriterMemory`).
  ///
  /// - Parameter indented: whether each element has its own line, indented by two spaces a level; otherwise all is on
  ///   one line.
  package init(indented: Bool = true) {
    guard let buffer = unsafe xmlBufferCreate(),
      let writer = unsafe xmlNewTextWriterMemory(buffer, 0)
    else { preconditionFailure("libxml2 has no memory left for a writer") }
    unsafe self.buffer = unsafe buffer
    unsafe self.writer = unsafe writer
    guard indented else { return }
    unsafe xmlTextWriterSetIndent(writer, 1)
    unsafe xmlTextWriterSetIndentString(writer, "  ")
  }

  deinit {
    unsafe xmlFreeTextWriter(writer)
    unsafe xmlBufferFree(buffer)
  }

  /// Writes `<?xml version="1.0" encoding="UTF-8"?>` and a line end.
  package func startDocument() {
    unsafe xmlTextWriterStartDocument(writer, "1.0", "UTF-8", nil)
  }

  /// Opens an element; calls of `attribute` may follow.
  package func startElement(_ name: String) {
    unsafe xmlTextWriterStartElement(writer, name)
  }

  /// Adds an attribute to the element that was started last, before its content.
  package func attribute(_ name: String, _ value: String) throws(XMLWriterError) {
    try checkXMLText(value)
    unsafe xmlTextWriterWriteAttribute(writer, name, value)
  }

  /// Adds an attribute with an integer value.
  package func attribute(_ name: String, _ number: Int) {
    unsafe xmlTextWriterWriteAttribute(writer, name, String(number))
  }

  /// Writes `<name>text</name>`, or `<name/>` if the text is empty.
  package func element(_ name: String, _ text: String) throws(XMLWriterError) {
    guard !text.isEmpty else { return emptyElement(name) }
    try checkXMLText(text)
    unsafe xmlTextWriterWriteElement(writer, name, text)
  }

  /// Writes `<name/>`.
  package func emptyElement(_ name: String) {
    unsafe xmlTextWriterStartElement(writer, name)
    unsafe xmlTextWriterEndElement(writer)
  }

  /// Closes the innermost open element.
  package func endElement() {
    unsafe xmlTextWriterEndElement(writer)
  }

  /// Writes a comment; the text must not contain `--`.
  package func comment(_ text: String) throws(XMLWriterError) {
    try checkXMLText(text)
    unsafe xmlTextWriterWriteComment(writer, text)
  }

  /// Closes all open elements and ends the document.
  package func finish() {
    unsafe xmlTextWriterEndDocument(writer)
  }

  /// Returns the bytes written since the last call.
  package func takeBytes() -> [UInt8] {
    unsafe xmlTextWriterFlush(writer)
    let count = unsafe Int(xmlBufferLength(buffer))
    guard count > 0, let content = unsafe xmlBufferContent(buffer) else { return [] }
    let bytes = unsafe Array(UnsafeBufferPointer(start: content, count: count))
    unsafe xmlBufferEmpty(buffer)
    return bytes
  }
}

/// Throws for a character that is not a `Char` of XML 1.0.
///
/// These are NUL, control characters except tab and line ends, U+FFFE and U+FFFF.
package func checkXMLText(_ text: String) throws(XMLWriterError) {
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: continue
    default: throw XMLWriterError(scalar: scalar)
    }
  }
}
