// libxml2's SAX2 push parser: bytes in any cut go in, batches of events come out.

import CLibXML

/// A streaming XML parser; never a tree, no document type, no external entities, no network.
///
/// Feed bytes, read the batch, feed on. After an error the events before it are still in the batch.
@safe package final class XMLPushParser {
  private let context: xmlParserCtxtPtr
  private let state: UnsafeMutablePointer<ParserState>

  /// Makes a parser for one document (`xmlCreatePushParserCtxt`).
  ///
  /// - Parameters:
  ///   - limits: what the document may ask for.
  ///   - encoding: an encoding that stands above the document's own word, such as a header's `charset`;
  ///     a name that libxml2 does not know is ignored.
  ///   - schema: what the document is checked against; see `XMLBatch.violations`.
  ///   - flat: whether elements that hold only text come as one event where they can, and white space
  ///     behind an end is left out: a third of the events for lists of records. Not with a schema, for
  ///     violations tell the event that they belong to.
  package init(
    limits: XMLLimits = XMLLimits(), encoding: String? = nil, schema: XMLSchema? = nil,
    flat: Bool = false
  ) {
    libraryIsReady
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(
      to: ParserState(
        limits: limits, isFlat: flat && schema == nil, check: schema.map { SchemaCheck($0) }))
    var handler = unsafe makeSAXHandler(isChecked: schema != nil)
    guard let made = unsafe xmlCreatePushParserCtxt(&handler, state, nil, 0, nil) else {
      preconditionFailure("libxml2 has no memory left for a parser")
    }
    unsafe context = unsafe made
    unsafe state.pointee.context = unsafe made
    // NOENT hands `&amp;` over as `&` in attributes too; there are no other entities.
    var options = XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue
    if encoding != nil { options |= XML_PARSE_IGNORE_ENC.rawValue }
    unsafe xmlCtxtUseOptions(made, Int32(options))
    // Bytes that are UTF-8 need no converter.
    if let encoding, encoding.uppercased() != "UTF-8",
      let converter = unsafe xmlFindCharEncodingHandler(encoding)
    {
      unsafe xmlSwitchToEncoding(made, converter)
    }
  }

  deinit {
    unsafe xmlFreeParserCtxt(context)
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// The local names met so far; `XMLBatch` refers to them by index.
  package var names: [String] { unsafe state.pointee.names.texts }

  /// How many names there are.
  package var nameCount: Int { unsafe state.pointee.names.texts.count }

  /// Parses the next bytes of the document (`xmlParseChunk`).
  ///
  /// - Parameters:
  ///   - bytes: any piece of the document, in any cut.
  ///   - final: whether the document ends here.
  ///   - batch: takes their events, in place of those that it holds.
  /// - Throws: `XMLError` at the first thing that is wrong; the parser then takes no more.
  package func feed(
    _ bytes: RawSpan, final: Bool, into batch: inout XMLBatch
  ) throws(XMLError) {
    unsafe state.pointee.begin()
    defer { unsafe state.pointee.fill(&batch) }
    // What has no parser to report to, such as a byte that cannot be decoded, would be printed.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    let status = unsafe bytes.withUnsafeBytes { buffer in
      unsafe xmlParseChunk(
        context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count),
        final ? 1 : 0)
    }
    if let failure = unsafe state.pointee.failure { throw failure }
    if status != 0, unsafe context.pointee.wellFormed == 0 {
      throw unsafe XMLError(
        message: "libxml2 stopped with its error \(status)",
        position: state.pointee.currentPosition())
    }
  }
}

/// `xmlInitParser` once, before the first parser of any thread.
private let libraryIsReady: Void = xmlInitParser()
