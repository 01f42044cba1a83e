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
  /// CDATA arrives as text too. A comment may cut one text into two events.
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
  let parser = XMLPushParser(limits: limits)
  var failure: XMLError?
  do throws(XMLError) {
    // libxml2 takes what comes after 10 MB of one piece for bytes that cannot be decoded.
    let document = unsafe bytes.span.bytes
    var start = 0
    repeat {
      let end = min(start + (1 << 20), bytes.count)
      try parser.feed(document.extracting(start..<end), final: end == bytes.count)
      start = end
    } while start < bytes.count
  } catch {
    failure = error
  }
  let batch = parser.batch
  let names = parser.names
  for event in batch.events {
    switch event.kind {
    case .start:
      let attributes = batch.attributes[Int(event.lower)..<Int(event.upper)].map {
        XMLAttribute(name: names[Int($0.name)], value: batch.text($0.lower, $0.upper))
      }
      try onEvent(
        .startElement(
          name: names[Int(event.name)], attributes: attributes,
          position: TextPosition(line: Int(event.line), column: Int(event.column))))
    case .end: try onEvent(.endElement(name: names[Int(event.name)]))
    case .text: try onEvent(.text(batch.text(event.lower, event.upper)))
    case .open, .element: preconditionFailure("the parser is not flat")
    }
  }
  if let failure { throw failure }
}
