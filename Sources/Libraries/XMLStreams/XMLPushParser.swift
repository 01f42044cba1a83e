// libxml2's SAX2 push parser: bytes in any cut go in, batches of events come out.

import CLibXML

/// A streaming XML parser; never a tree, no document type, no external entities, no network.
///
/// Feed bytes, read the batch, feed on. After an error the events before it are still in the batch.
@safe package final class XMLPushParser {
  private let context: xmlParserCtxtPtr
  private let state: UnsafeMutablePointer<ParserState>
  private var input = Input.unknown([], next: 4)
  /// The encoding that stands above the document's own word.
  private let given: String?

  /// What libxml2 gets: UTF-8 always, so that it never judges an encoding by itself.
  private enum Input {
    /// The first bytes, which do not show the encoding yet; it is looked for when there are `next` of them.
    case unknown([UInt8], next: Int)
    case utf8
    case decoded(TextDecoder)
  }

  /// libxml2 gets the document in pieces of so many bytes at the most.
  ///
  /// It parses a tag when it has the whole of it, and then compares each attribute with each other: a long tag must
  /// be seen while it is still incomplete.
  private static let piece = 16 << 10

  /// Makes a parser for one document (`xmlCreatePushParserCtxt`).
  ///
  /// - Parameters:
  ///   - limits: what the document may ask for.
  ///   - encoding: an encoding that stands above the document's own word; one that is not known is an
  ///     error of the first bytes.
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
    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    unsafe xmlCtxtUseOptions(made, Int32(options))
    unsafe xmlSwitchEncoding(made, XML_CHAR_ENCODING_UTF8)
    given = encoding
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
    guard case .unknown(var head, let next) = input else { return try take(bytes, final: final) }
    unsafe bytes.withUnsafeBytes { unsafe head.append(contentsOf: $0) }
    guard head.count >= next || final else {
      input = .unknown(head, next: next)
      return
    }
    switch encoding(of: head, isWhole: final) {
    case .open: input = .unknown(head, next: 2 * head.count)
    case .contradictory(let error):
      unsafe state.pointee.fail(error.message, hint: error.hint, at: error.position)
      throw error
    case .known(let name, let mark):
      use(name)
      unsafe try take(head.span.bytes.extracting(mark...), final: final)
    }
  }

  private func encoding(of head: [UInt8], isWhole: Bool) -> DocumentEncoding {
    given.map { .known(name: $0, mark: DocumentEncoding.mark(of: head, in: $0)) }
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
    // What has no parser to report to would be printed.
    unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    defer { xmlSetStructuredErrorFunc(nil, nil) }
    var start = 0
    repeat {
      let end = min(start + Self.piece, text.byteCount)
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
    // A status may come without a word, and with a document that counts as well-formed.
    guard status == 0 || Self.isAboutNamespaces(status) else {
      throw unsafe XMLError(
        message: "libxml2 stopped with its error \(status)",
        position: state.pointee.currentPosition())
    }
  }

  /// Namespaces are ignored, and so is what is wrong with them.
  private static func isAboutNamespaces(_ status: Int32) -> Bool {
    let codes = XML_NS_ERR_XML_NAMESPACE.rawValue...XML_NS_ERR_COLON.rawValue
    return UInt32(exactly: status).map(codes.contains) ?? false
  }
}

/// `xmlInitParser` once, before the first parser of any thread.
private let libraryIsReady: Void = xmlInitParser()
