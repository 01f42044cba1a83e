import CLibXML

/// The state that libxml2's callbacks change while a chunk is parsed.
///
/// A struct behind a pointer, because exclusivity checks on a class would cost time at every access.
@safe struct ParserState: ~Copyable {
  let limits: XMLLimits
  /// Whether an element that holds only text becomes one event.
  private let isFlat: Bool
  /// Whether callbacks may use the fast path: in a flat document until the first error.
  private var usesFastPath: Bool
  /// The events of the current chunk; see `XMLBatch`.
  private var events = RawList<XMLBatch.Event>()
  private var attributes = RawList<XMLBatch.Attribute>()
  private var texts = RawList<UInt8>()
  private var violations: [XMLViolation] = []
  private(set) var names = NameTable()
  /// The open elements, outermost first: name and line of the start tag.
  private var open = RawList<(name: Int32, line: Int32)>()
  private var sawRoot = false
  private var textRun = 0
  private(set) var failure: XMLError?
  /// The encoding of the document, for messages.
  var encoding = "UTF-8"
  /// Set if the document is checked against a schema.
  let check: SchemaCheck?
  /// Set once, right after libxml2 created it; the parser that owns this state also owns the context.
  var context: xmlParserCtxtPtr?

  init(limits: XMLLimits, isFlat: Bool, check: SchemaCheck?) {
    self.limits = limits
    self.isFlat = isFlat
    usesFastPath = isFlat
    self.check = check
  }

  /// Removes the events of the previous chunk.
  mutating func begin() {
    events.removeAll()
    attributes.removeAll()
    texts.removeAll()
    violations = []
  }

  /// Copies the events since `begin` to a batch.
  func fill(_ batch: inout XMLBatch) {
    events.copy(to: &batch.events)
    attributes.copy(to: &batch.attributes)
    texts.copy(to: &batch.bytes)
    batch.violations = violations
  }

  /// Handles the start of an element; each attribute is five pointers.
  @inline(__always)
  mutating func start(
    name: UnsafePointer<xmlChar>, namespaceCount: Int, attributeCount: Int,
    attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    if attributeCount | namespaceCount == 0, unsafe startFast(name) { return }
    guard acceptsNamespaces(namespaceCount) else { return }
    unsafe startGeneral(name, attributeCount, attributes)
  }

  /// Handles the end of the innermost element.
  @inline(__always)
  mutating func end() {
    if !endFast() { endGeneral() }
  }

  /// Handles text; libxml2 may divide it anywhere.
  @inline(__always)
  mutating func text(_ bytes: UnsafeBufferPointer<xmlChar>) {
    if unsafe !textFast(bytes) { unsafe textGeneral(bytes) }
  }

  // Nearly all callbacks of a list of records use the fast path, which takes few instructions. It changes
  // nothing and returns false for an unusual case; the general path then handles it. Both make the same events.

  /// Handles the start of an element without attributes whose name is already known.
  @inline(__always)
  private mutating func startFast(_ name: UnsafePointer<xmlChar>) -> Bool {
    guard usesFastPath, let index = unsafe names.fastIndex(of: name),
      open.count < limits.depth, open.hasRoom(), events.hasRoom(),
      let position = bareTagPosition(names.length(at: index))
    else { return false }
    names.note(index)
    textRun = 0
    let lower = Int32(truncatingIfNeeded: attributes.count)
    // The guard checked that both have room.
    unsafe open.appendUnchecked((index, position.line))
    unsafe events.appendUnchecked(
      XMLBatch.Event(
        kind: .start, name: index, lower: lower, upper: lower, line: position.line,
        column: position.column))
    return true
  }

  /// Handles the end of an element that holds only text.
  @inline(__always)
  private mutating func endFast() -> Bool {
    let last = events.count &- 1
    guard usesFastPath, last >= 0, events[last].kind == .open, open.count > 0 else { return false }
    textRun = 0
    open.removeLast()
    events[last].kind = .element
    return true
  }

  /// Handles the first text of an element, or white space after an end tag.
  @inline(__always)
  private mutating func textFast(_ bytes: UnsafeBufferPointer<xmlChar>) -> Bool {
    let last = events.count &- 1
    let run = textRun &+ bytes.count
    guard usesFastPath, last >= 0, run <= limits.textBytes else { return false }
    if events[last].isEnd {
      guard unsafe isBlank(bytes) else { return false }
    } else {
      guard events[last].isBareStart, texts.hasRoom(for: bytes.count) else { return false }
      events[last].kind = .open
      events[last].lower = Int32(truncatingIfNeeded: texts.count)
      events[last].upper = Int32(truncatingIfNeeded: texts.count &+ bytes.count)
      // There is room, and libxml2's memory is separate from the list's.
      unsafe texts.appendUnchecked(contentsOf: bytes)
    }
    textRun = run
    return true
  }

  @inline(never)
  private mutating func startGeneral(
    _ name: UnsafePointer<xmlChar>, _ attributeCount: Int,
    _ given: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    guard failure == nil else { return }
    textRun = 0
    sawRoot = true
    guard open.count < limits.depth else {
      return fail(
        "elements are nested more than \(limits.depth) levels deep", at: tagPosition())
    }
    guard let index = unsafe index(of: name) else { return }
    let position =
      (attributeCount == 0 ? bareTagPosition(names.length(at: index)) : nil)
      ?? CompactPosition(tagPosition())
    // Without attributes the range is empty.
    let lower = Int32(attributes.count)
    if attributeCount > 0, let given = unsafe given {
      guard unsafe append(given, count: attributeCount, position) else { return }
    }
    open.append((index, position.line))
    events.append(
      XMLBatch.Event(
        kind: .start, name: index, lower: lower, upper: Int32(attributes.count),
        line: position.line, column: position.column))
  }

  @inline(never)
  private mutating func endGeneral() {
    guard failure == nil else { return }
    textRun = 0
    guard let element = open.popLast() else { return }
    let last = events.count - 1
    if isFlat, last >= 0, events[last].kind == .open {
      events[last].kind = .element
    } else if isFlat, last >= 0, events[last].isBareStart {
      events[last].kind = .element
      events[last].lower = Int32(texts.count)
      events[last].upper = Int32(texts.count)
    } else {
      events.append(
        XMLBatch.Event(kind: .end, name: element.name, lower: 0, upper: 0, line: 0, column: 0))
    }
  }

  @inline(never)
  private mutating func textGeneral(_ bytes: UnsafeBufferPointer<xmlChar>) {
    guard failure == nil else { return }
    textRun += bytes.count
    guard textRun <= limits.textBytes else {
      return fail(
        "a text is longer than \(limits.textBytes) bytes",
        hint: "most likely its element is never closed", at: currentPosition())
    }
    let last = events.count - 1
    guard last >= 0 else { return unsafe addText(bytes) }
    switch events[last].kind {
    // Adjacent texts become one event.
    case .text, .open: break
    case .start where isFlat && events[last].isBareStart:
      events[last].kind = .open
      events[last].lower = Int32(texts.count)
    case .end where isFlat, .element:
      if unsafe !isBlank(bytes) { unsafe addText(bytes) }
      return
    case .start, .end: return unsafe addText(bytes)
    }
    unsafe texts.append(contentsOf: bytes)
    events[last].upper = Int32(texts.count)
  }

  private mutating func addText(_ bytes: UnsafeBufferPointer<xmlChar>) {
    let lower = Int32(texts.count)
    unsafe texts.append(contentsOf: bytes)
    events.append(
      XMLBatch.Event(
        kind: .text, name: -1, lower: lower, upper: Int32(texts.count), line: 0, column: 0))
  }

  /// Passes the last start event to the schema check.
  mutating func checkStart(_ tag: StartTag) {
    guard failure == nil, let check, let start = events.last else { return }
    let position = TextPosition(line: Int(start.line), column: Int(start.column))
    note(unsafe check.start(start.name, at: position, tag), event: events.count - 1)
  }

  /// Passes the last text to the schema check.
  mutating func checkText(_ bytes: UnsafeBufferPointer<xmlChar>) {
    guard failure == nil else { return }
    note(unsafe check?.text(bytes), event: events.count - 1)
  }

  /// Passes the next end event to the schema check.
  mutating func checkEnd(
    _ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
    _ uri: UnsafePointer<xmlChar>?
  ) {
    guard failure == nil else { return }
    note(unsafe check?.end(name, prefix, uri), event: events.count)
  }

  private mutating func note(_ finding: SchemaCheck.Finding?, event: Int) {
    guard let finding else { return }
    violations.append(
      XMLViolation(
        message: finding.message, position: finding.element.position,
        element: names.texts[Int(finding.element.name)], event: event))
  }

  /// Stores libxml2's error, with a clearer message where libxml2's would mislead.
  mutating func fail(code: Int32, _ message: String, at position: TextPosition) {
    if let clarified = XMLError.clarified(code, message, encoding, at: position) {
      return fail(clarified.message, hint: clarified.hint, at: position)
    }
    guard code == XML_ERR_DOCUMENT_END.rawValue || code == XML_ERR_DOCUMENT_EMPTY.rawValue else {
      return fail(message, at: position)
    }
    failAtEnd(message, at: position)
  }

  /// Fails if the document has not ended with the end of its root; libxml2 may not report this.
  mutating func checkEnd() {
    guard failure == nil, open.count > 0 || !sawRoot else { return }
    failAtEnd("the document ends too early", at: currentPosition())
  }

  private mutating func failAtEnd(_ message: String, at position: TextPosition) {
    if let element = open.last {
      let name = names.texts[Int(element.name)]
      fail(
        "the document ends within the element \(name) of line \(element.line)", hint: truncatedHint,
        at: position)
    } else if !sawRoot, let byte = nextByte(), byte != UInt8(ascii: "<") {
      fail(
        "found text where the document should begin", hint: "the first character of XML is <",
        at: position)
    } else if !sawRoot {
      fail("the document ends before its first element", hint: truncatedHint, at: position)
    } else {
      fail(message, at: position)
    }
  }

  /// Stores the first error and stops libxml2.
  mutating func fail(_ message: String, hint: String = "", at position: TextPosition) {
    guard failure == nil else { return }
    usesFastPath = false
    failure = XMLError(message: message, position: position, hint: hint)
    unsafe xmlStopParser(context)
  }

  /// Returns libxml2's current position.
  func currentPosition() -> TextPosition {
    guard let input = unsafe context?.pointee.input else { return TextPosition(line: 1, column: 1) }
    return unsafe TextPosition(line: Int(input.pointee.line), column: Int(input.pointee.col))
  }

  /// Returns the byte that libxml2 reads next; `nil` at the end of the chunk.
  private func nextByte() -> UInt8? {
    guard let input = unsafe context?.pointee.input, let cursor = unsafe input.pointee.cur,
      let end = unsafe input.pointee.end, unsafe cursor < end
    else { return nil }
    return unsafe cursor.pointee
  }

  /// The position of a tag in the small integers of an event.
  private struct CompactPosition {
    var line: Int32
    var column: Int32

    init(line: Int32, column: Int32) {
      self.line = line
      self.column = column
    }

    init(_ position: TextPosition) {
      line = Int32(clamping: position.line)
      column = Int32(clamping: position.column)
    }

    var textPosition: TextPosition { TextPosition(line: Int(line), column: Int(column)) }
  }

  /// Returns the position of a tag that holds only a name of `length` ASCII bytes; `nil` for other tags.
  @inline(__always)
  private func bareTagPosition(_ length: Int32) -> CompactPosition? {
    guard length > 0, let input = unsafe context?.pointee.input,
      let base = unsafe input.pointee.base, let cursor = unsafe input.pointee.cur,
      unsafe cursor - base > Int(length), unsafe cursor[-Int(length) - 1] == UInt8(ascii: "<")
    else { return nil }
    return unsafe CompactPosition(
      line: input.pointee.line, column: max(input.pointee.col &- length &- 1, 1))
  }

  /// Returns the position of the `<` of the tag that libxml2 has just read; libxml2 is after the last attribute.
  mutating func tagPosition() -> TextPosition {
    guard let input = unsafe context?.pointee.input, let base = unsafe input.pointee.base,
      var cursor = unsafe input.pointee.cur
    else { return TextPosition(line: 1, column: 1) }
    var line = unsafe Int(input.pointee.line)
    var column = unsafe Int(input.pointee.col)
    var sawLineEnd = false
    while unsafe cursor > base, unsafe cursor.pointee != UInt8(ascii: "<") {
      unsafe cursor -= 1
      if unsafe cursor.pointee == 10 {
        line -= 1
        sawLineEnd = true
      }
      if unsafe !sawLineEnd && cursor.pointee & 0xC0 != 0x80 { column -= 1 }
    }
    guard sawLineEnd else { return TextPosition(line: line, column: max(column, 1)) }
    // A tag of several lines: count from the line's start, if it is still in the buffer.
    column = 1
    while unsafe cursor > base, unsafe (cursor - 1).pointee != 10 {
      unsafe cursor -= 1
      if unsafe cursor.pointee & 0xC0 != 0x80 { column += 1 }
    }
    return TextPosition(line: line, column: column)
  }

  /// Appends attributes; each is five pointers: name, prefix, namespace, and the value's start and end.
  private mutating func append(
    _ given: UnsafeMutablePointer<UnsafePointer<xmlChar>?>, count: Int, _ position: CompactPosition
  ) -> Bool {
    var total = 0
    for entry in 0..<count {
      guard let name = unsafe given[entry * 5], let start = unsafe given[entry * 5 + 3],
        let end = unsafe given[entry * 5 + 4]
      else { continue }
      guard let index = unsafe index(of: name) else { return false }
      total += unsafe end - start
      guard total <= limits.textBytes else {
        fail("attributes are longer than \(limits.textBytes) bytes", at: position.textPosition)
        return false
      }
      let lower = Int32(texts.count)
      unsafe texts.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
      attributes.append(
        XMLBatch.Attribute(name: index, lower: lower, upper: Int32(texts.count)))
    }
    return true
  }

  /// Returns the index of a name; `nil` if there are too many names.
  private mutating func index(of name: UnsafePointer<xmlChar>) -> Int32? {
    let index = unsafe names.index(of: name, atMost: limits.names)
    if index == nil {
      fail("more than \(limits.names) different names are used", at: tagPosition())
    }
    return index
  }
}

extension XMLBatch.Event {
  fileprivate var isBareStart: Bool { kind == .start && lower == upper }
  fileprivate var isEnd: Bool { kind == .element || kind == .end }
}

private func isBlank(_ bytes: UnsafeBufferPointer<xmlChar>) -> Bool {
  unsafe bytes.allSatisfy { $0 <= 0x20 }
}

private let truncatedHint = "close what is open; if the file was cut off, copy or export it again"
