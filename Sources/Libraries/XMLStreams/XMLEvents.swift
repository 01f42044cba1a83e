// Parsing a small XML document from memory, event by event or in batches.

/// An attribute of an element.
package struct XMLAttribute: Sendable, Equatable {
  /// The local name; the namespace is ignored.
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// An event of a parsed document; comments and processing instructions are left out.
package enum XMLEvent: Sendable, Equatable {
  /// `name` is the local name; the namespace is ignored. `position` is that of `<`.
  case startElement(name: String, attributes: [XMLAttribute], position: TextPosition)
  case endElement(name: String)
  /// CDATA is text too; a comment does not divide a text.
  case text(String)
}

/// Parses a whole small document, such as the body of a server's answer.
///
/// - Parameters:
///   - bytes: the document.
///   - limits: the limits for the document.
///   - onEvent: called for each event in document order.
/// - Throws: `XMLError`, after the events before it; or what `onEvent` throws.
package func parseXML(
  _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), _ onEvent: (XMLEvent) throws -> Void
) throws {
  // A text may continue in the next batch.
  var text: String?
  func endText() throws {
    guard let ended = text else { return }
    text = nil
    try onEvent(.text(ended))
  }
  func take(_ batch: XMLBatch, _ names: [String]) throws {
    for event in batch.events {
      switch event.kind {
      case .start:
        try endText()
        let attributes = batch.attributes[Int(event.lower)..<Int(event.upper)].map {
          XMLAttribute(name: names[Int($0.name)], value: batch.text($0.lower, $0.upper))
        }
        try onEvent(
          .startElement(
            name: names[Int(event.name)], attributes: attributes,
            position: TextPosition(line: Int(event.line), column: Int(event.column))))
      case .end:
        try endText()
        try onEvent(.endElement(name: names[Int(event.name)]))
      case .text: text = (text ?? "") + batch.text(event.lower, event.upper)
      case .open, .element: preconditionFailure("the parser is not flat")
      }
    }
  }
  var failure: XMLError?
  do {
    try parseXMLBatches(bytes, limits: limits, flat: false, take)
  } catch let error as XMLError {
    failure = error
  }
  try endText()
  if let failure { throw failure }
}

/// Parses a whole small document in batches of events.
///
/// - Parameters:
///   - bytes: the document.
///   - limits: the limits for the document.
///   - flat: whether an element that holds only text may be one event; see `XMLPushParser`.
///   - onBatch: called with each batch in document order, and with the names to which it refers.
/// - Throws: `XMLError`, after the events before it; or what `onBatch` throws.
package func parseXMLBatches(
  _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), flat: Bool,
  _ onBatch: (XMLBatch, _ names: [String]) throws -> Void
) throws {
  let parser = XMLPushParser(limits: limits, flat: flat)
  var batch = XMLBatch()
  var failure: XMLError?
  var start = 0
  repeat {
    // libxml2 fails to decode the bytes after the first 10 MB of one piece.
    let end = min(start + (1 << 20), bytes.count)
    do throws(XMLError) {
      unsafe try parser.feed(
        bytes.span.bytes.extracting(start..<end), final: end == bytes.count, into: &batch)
    } catch {
      failure = error
    }
    try onBatch(batch, parser.names)
    start = end
  } while start < bytes.count && failure == nil
  if let failure { throw failure }
}
