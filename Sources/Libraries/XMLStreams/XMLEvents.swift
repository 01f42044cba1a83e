// The easy way to read a small XML document: whole bytes in, one event after the other out.

/// A name and a value on an element.
package struct XMLAttribute: Sendable, Equatable {
  /// The local name; the namespace is ignored.
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// What a parser met; comments and processing instructions are left out.
package enum XMLEvent: Sendable, Equatable {
  /// `name` is the local name; the namespace is ignored. `position` is that of `<`.
  case startElement(name: String, attributes: [XMLAttribute], position: TextPosition)
  case endElement(name: String)
  /// CDATA arrives as text too; a comment does not cut it.
  case text(String)
}

/// Parses a whole small document, such as the body of a server's answer.
///
/// - Parameters:
///   - bytes: the document.
///   - limits: what it may ask for.
///   - onEvent: called for each event in document order.
/// - Throws: `XMLError`, after the events before it; or what `onEvent` throws.
package func parseXML(
  _ bytes: [UInt8], limits: XMLLimits = XMLLimits(), _ onEvent: (XMLEvent) throws -> Void
) throws {
  // A text goes on where the next batch begins with one.
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

/// Parses a whole small document, and hands its events over in batches.
///
/// - Parameters:
///   - bytes: the document.
///   - limits: what it may ask for.
///   - flat: whether elements that hold only text may come as one event; see `XMLPushParser`.
///   - onBatch: called with each batch in document order, and with the names that it refers to.
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
    // libxml2 takes what comes after 10 MB of one piece for bytes that cannot be decoded.
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
