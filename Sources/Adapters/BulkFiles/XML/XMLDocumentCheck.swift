import XMLStreams

/// Checks that an XML document of any content is well-formed, and keeps nothing of it.
struct XMLDocumentCheck: DocumentCheck {
  private let parser: XMLPushParser
  private var batch = XMLBatch()

  init(encoding: TextEncoding?, limits: RecordLimits) {
    parser = XMLPushParser(
      limits: XMLLimits(depth: 1000, textBytes: limits.fieldBytes), encoding: encoding?.name)
  }

  mutating func feed(_ bytes: [UInt8], isLast: Bool) throws(InputFault) {
    do throws(XMLError) {
      unsafe try parser.feed(bytes.span.bytes, final: isLast, into: &batch)
    } catch {
      throw InputFault(
        .document(.malformedXML(error.message, hint: error.hint)), line: error.position.line,
        column: error.position.column)
    }
  }
}
