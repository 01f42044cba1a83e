import CLibXML

/// A streaming XML parser over libxml2's SAX2 push parser; its input is chunks of any size.
///
/// Feed bytes, read the batch, and repeat. After an error the batch still holds the events before it. There is no
/// tree, and no document type, external entity or network access.
@safe package final class XMLPushParser {
  private let context: xmlParserCtxtPtr
  private let state: UnsafeMutablePointer<ParserState>
  private var input = Input.unknown([], next: 4)
  /// The encoding that overrides the document's own declaration.
  private let explicitEncoding: String?

  /// How the input becomes UTF-8; libxml2 gets only UTF-8, so that it never detects an encoding itself.
  private enum Input {
    /// The first bytes, while the encoding is unknown; it is detected again when there are `next` of them.
    case unknown([UInt8], next: Int)
    case utf8
    case decoded(TextDecoder)
  }

  /// The maximum number of bytes passed to libxml2 in one call.
  ///
  /// libxml2 parses a tag when it is complete, and then compares each attribute with all others. A tag that is too
  /// long must therefore be refused while it is incomplete.
  private static let maxPieceSize = 16 << 10

  /// Creates a parser for one document (`xmlCreatePushParserCtxt`).
  ///
  /// - Parameters:
  ///   - limits: the limits for the document.
  ///   - encoding: the encoding that overrides the document's own declaration. The caller checks that it is known.
  ///   - schema: the schema to check the document against; see `XMLBatch.violations`.
  ///   - flat: whether an element that holds only text becomes one event where possible, and white space after an
  ///     end tag is left out. This gives a third of the events for lists of records. It has no effect with a schema,
  ///     because each violation refers to its event.
  package init(
    limits: XMLLimits = XMLLimits(), encoding: String? = nil, schema: XMLSchema? = nil,
    flat: Bool = false
  ) {
    initializeLibrary
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
    // With NOENT, `&amp;` is `&` in attributes too; there are no other entities.
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    unsafe xmlCtxtUseOptions(made, Int32(options))
    unsafe xmlSwitchEncoding(made, XML_CHAR_ENCODING_UTF8)
    explicitEncoding = encoding
  }

  deinit {
    unsafe xmlFreeParserCtxt(context)
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  /// The local names so far; `XMLBatch` refers to them by index.
  package var names: [String] { unsafe state.pointee.names.texts }

  /// The number of names so far.
  package var nameCount: Int { unsafe state.pointee.names.texts.count }

  /// Parses the next bytes of the document (`xmlParseChunk`).
  ///
  /// - Parameters:
  ///   - bytes: the next part of the document; it may end anywhere.
  ///   - final: whether the document ends here.
  ///   - batch: receives the events, which replace its content.
  /// - Throws: `XMLError` at the first error, and the same error at every later call.
  package func feed(
    _ bytes: RawSpan, final: Bool, into batch: inout XMLBatch
  ) throws(XMLError) {
    unsafe state.pointee.begin()
    defer { unsafe state.pointee.fill(&batch) }
    guard case .unknown(var head, let next) = input else { return try take(bytes, final: final) }
    unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0) }
    guard head.count >= next || final else {
      input = .unknown(head, next: next)
      return
    }
    switch encoding(of: head, isWhole: final) {
    case .undetermined: input = .unknown(head, next: 2 * head.count)
    case .conflicting(let error):
      unsafe state.pointee.fail(error.message, hint: error.hint, at: error.position)
      throw error
    case .known(let name, let markLength):
      use(name)
      unsafe try take(head.span.bytes.extracting(markLength...), final: final)
    }
  }

  private func encoding(of head: [UInt8], isWhole: Bool) -> DocumentEncoding {
    explicitEncoding.map {
      .known(name: $0, markLength: DocumentEncoding.markLength(of: head, in: $0))
    }
      ?? DocumentEncoding(head, isWhole: isWhole)
  }

  private func use(_ encoding: String) {
    unsafe state.pointee.encoding = encoding
    let isUTF8 = ["UTF-8", "UTF8"].contains(encoding.uppercased())
    input = isUTF8 ? .utf8 : TextDecoder(encoding).map { .decoded($0) } ?? .utf8
  }

  private func take(_ bytes: RawSpan, final: Bool) throws(XMLError) {
    guard case .decoded(let decoder) = input else { return try parse(bytes, final: final) }
    var text: [UInt8] = []
    decoder.decode(bytes, into: &text)
    if final { decoder.finish(into: &text) }
    unsafe try parse(text.span.bytes, final: final)
  }

  private func parse(_ text: RawSpan, final: Bool) throws(XMLError) {
    // Without a handler, libxml2 prints errors that belong to no parser.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    var start = 0
    repeat {
      let end = min(start + Self.maxPieceSize, text.byteCount)
      try parse(
        piece: text.extracting(start..<end), final: final && end == text.byteCount)
      start = end
    } while start < text.byteCount
  }

  private func parse(piece: RawSpan, final: Bool) throws(XMLError) {
    let status = unsafe piece.withUnsafeBytes { buffer in
      unsafe xmlParseChunk(
        context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count),
        final ? 1 : 0)
    }
    unsafe state.pointee.checkTag()
    if final { unsafe state.pointee.checkEnd() }
    if let failure = unsafe state.pointee.failure { throw failure }
    // libxml2 may return an error status without calling the error handler or clearing `wellFormed`.
    guard status == 0 || Self.isAboutNamespaces(status) else {
      throw unsafe XMLError(
        message: "libxml2 stopped with its error \(status)",
        position: state.pointee.currentPosition())
    }
  }

  /// Returns whether an error is about namespaces, which are ignored.
  private static func isAboutNamespaces(_ status: Int32) -> Bool {
    let codes = XML_NS_ERR_XML_NAMESPACE.rawValue...XML_NS_ERR_COLON.rawValue
    return UInt32(exactly: status).map(codes.contains) ?? false
  }
}

/// Calls `xmlInitParser` once, before the first parser of any thread.
private let initializeLibrary: Void = xmlInitParser()
