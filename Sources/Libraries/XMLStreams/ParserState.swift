// What libxml2's callbacks write to while a chunk is parsed, and what they make of what they are told.

import CLibXML

/// The memory that libxml2's callbacks see; a struct behind a pointer, so that no access check is paid.
@safe struct ParserState: ~Copyable {
  let limits: XMLLimits
  /// Whether elements that hold only text are joined.
  private let isFlat: Bool
  /// Whether callbacks may be taken plainly: in a flat document until something is wrong.
  private var isPlain: Bool
  /// What becomes of the bytes at hand; `XMLBatch` says what each holds.
  private var events = RawList<XMLBatch.Event>()
  private var attributes = RawList<XMLBatch.Attribute>()
  private var texts = RawList<UInt8>()
  private var violations: [XMLViolation] = []
  private(set) var names = KnownNames()
  /// The open elements, outermost first: their names, and the lines that they began in.
  private var open = RawList<(name: Int32, line: Int32)>()
  private var sawRoot = false
  private var textRun = 0
  private(set) var failure: XMLError?
  /// The encoding of the document, for messages.
  var encoding = "UTF-8"
  /// Set where the document is to be as a schema says.
  let check: SchemaCheck?
  /// Set once, right after libxml2 made it; the parser that owns this state owns it too.
  var context: xmlParserCtxtPtr?

  init(limits: XMLLimits, isFlat: Bool, check: SchemaCheck?) {
    self.limits = limits
    self.isFlat = isFlat
    isPlain = isFlat
    self.check = check
  }

  /// Forgets what became of the bytes before.
  mutating func begin() {
    events.removeAll()
    attributes.removeAll()
    texts.removeAll()
    violations = []
  }

  /// Hands over what became of the bytes since `begin`.
  func fill(_ batch: inout XMLBatch) {
    events.copy(to: &batch.events)
    attributes.copy(to: &batch.attributes)
    texts.copy(to: &batch.bytes)
    batch.violations = violations
  }

  /// Takes the start of an element; `attributes` are five pointers each.
  @inline(__always)
  mutating func start(
    name: UnsafePointer<xmlChar>, namespaceCount: Int, attributeCount: Int,
    attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    if attributeCount | namespaceCount == 0, unsafe startPlainly(name) { return }
    guard acceptsNamespaces(namespaceCount) else { return }
    unsafe startCarefully(name, attributeCount, attributes)
  }

  /// Takes the end of the element that was opened last.
  @inline(__always)
  mutating func end() {
    if !endPlainly() { endCarefully() }
  }

  /// Takes text, which libxml2 cuts as it likes.
  @inline(__always)
  mutating func text(_ bytes: UnsafeBufferPointer<xmlChar>) {
    if unsafe !textPlainly(bytes) { unsafe textCarefully(bytes) }
  }

  // What nearly all callbacks of a list of records are about is taken plainly: with few instructions, and
  // with nothing changed where something is odd, which is then taken with care. Both make the same events.

  /// Takes the start of an element without attributes, of a name that was met before.
  @inline(__always)
  private mutating func startPlainly(_ name: UnsafePointer<xmlChar>) -> Bool {
    guard isPlain, let index = unsafe names.nearIndex(of: name),
      open.count < limits.depth, open.hasRoom(), events.hasRoom(),
      let place = barePlace(names.length(at: index))
    else { return false }
    names.note(index)
    textRun = 0
    let lower = Int32(truncatingIfNeeded: attributes.count)
    // The guard saw that both have room.
    unsafe open.appendUnchecked((index, place.line))
    unsafe events.appendUnchecked(
      XMLBatch.Event(
        kind: .start, name: index, lower: lower, upper: lower, line: place.line,
        column: place.column))
    return true
  }

  /// Takes the end of an element that holds only text.
  @inline(__always)
  private mutating func endPlainly() -> Bool {
    let last = events.count &- 1
    guard isPlain, last >= 0, events[last].kind == .open, open.count > 0 else { return false }
    textRun = 0
    open.removeLast()
    events[last].kind = .element
    return true
  }

  /// Takes the text of an element that holds nothing yet, or white space behind an end.
  @inline(__always)
  private mutating func textPlainly(_ bytes: UnsafeBufferPointer<xmlChar>) -> Bool {
    let last = events.count &- 1
    let run = textRun &+ bytes.count
    guard isPlain, last >= 0, run <= limits.textBytes else { return false }
    if events[last].isEnd {
      guard unsafe isBlank(bytes) else { return false }
    } else {
      guard events[last].isBareStart, texts.hasRoom(for: bytes.count) else { return false }
      events[last].kind = .open
      events[last].lower = Int32(truncatingIfNeeded: texts.count)
      events[last].upper = Int32(truncatingIfNeeded: texts.count &+ bytes.count)
      // There is room, and libxml2's memory is not ours.
      unsafe texts.appendUnchecked(contentsOf: bytes)
    }
    textRun = run
    return true
  }

  @inline(never)
  private mutating func startCarefully(
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
    let place =
      (attributeCount == 0 ? barePlace(names.length(at: index)) : nil) ?? Place(tagPosition())
    // Without attributes the range is empty wherever it lies.
    let lower = Int32(attributes.count)
    if attributeCount > 0, let given = unsafe given {
      guard unsafe append(given, count: attributeCount, place) else { return }
    }
    open.append((index, place.line))
    events.append(
      XMLBatch.Event(
        kind: .start, name: index, lower: lower, upper: Int32(attributes.count),
        line: place.line, column: place.column))
  }

  @inline(never)
  private mutating func endCarefully() {
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
  private mutating func textCarefully(_ bytes: UnsafeBufferPointer<xmlChar>) {
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
    // What belongs together becomes one event.
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

  /// Lets the schema check see the start that was taken last.
  mutating func checkStart(_ tag: StartTag) {
    guard failure == nil, let check, let start = events.last else { return }
    let position = TextPosition(line: Int(start.line), column: Int(start.column))
    note(unsafe check.start(start.name, at: position, tag), event: events.count - 1)
  }

  /// Lets the schema check see the text that was taken last.
  mutating func checkText(_ bytes: UnsafeBufferPointer<xmlChar>) {
    guard failure == nil else { return }
    note(unsafe check?.text(bytes), event: events.count - 1)
  }

  /// Lets the schema check see the end that is going to be taken next.
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
        message: finding.complaint, position: finding.element.position,
        element: names.texts[Int(finding.element.name)], event: event))
  }

  /// Takes libxml2's error; some of its sentences would mislead.
  mutating func fail(code: Int32, _ message: String, at position: TextPosition) {
    if let plain = XMLError.plain(code, message, encoding, at: position) {
      return fail(plain.message, hint: plain.hint, at: position)
    }
    guard code == XML_ERR_DOCUMENT_END.rawValue || code == XML_ERR_DOCUMENT_EMPTY.rawValue else {
      return fail(message, at: position)
    }
    failAtEnd(message, at: position)
  }

  /// The document must have ended with the end of its root, whatever libxml2 makes of it.
  mutating func checkEnd() {
    guard failure == nil, open.count > 0 || !sawRoot else { return }
    failAtEnd("the document ends too early", at: currentPosition())
  }

  private mutating func failAtEnd(_ message: String, at position: TextPosition) {
    if let element = open.last {
      let name = names.texts[Int(element.name)]
      fail(
        "the document ends within the element \(name) of line \(element.line)", hint: cutHint,
        at: position)
    } else if !sawRoot, let byte = nextByte(), byte != UInt8(ascii: "<") {
      fail(
        "text stands where the document should begin", hint: "the first character of XML is <",
        at: position)
    } else if !sawRoot {
      fail("the document ends before its first element", hint: cutHint, at: position)
    } else {
      fail(message, at: position)
    }
  }

  /// Takes the first error and makes libxml2 stop.
  mutating func fail(_ message: String, hint: String = "", at position: TextPosition) {
    guard failure == nil else { return }
    isPlain = false
    failure = XMLError(message: message, position: position, hint: hint)
    unsafe xmlStopParser(context)
  }

  /// Where libxml2 stands.
  func currentPosition() -> TextPosition {
    guard let input = unsafe context?.pointee.input else { return TextPosition(line: 1, column: 1) }
    return unsafe TextPosition(line: Int(input.pointee.line), column: Int(input.pointee.col))
  }

  /// The byte that libxml2 would read next; nil at the end of what is at hand.
  private func nextByte() -> UInt8? {
    guard let input = unsafe context?.pointee.input, let cursor = unsafe input.pointee.cur,
      let end = unsafe input.pointee.end, unsafe cursor < end
    else { return nil }
    return unsafe cursor.pointee
  }

  /// Where a tag begins, in as few bytes as events have for it.
  private struct Place {
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

    var position: TextPosition { TextPosition(line: Int(line), column: Int(column)) }
  }

  /// Where a tag of nothing but a name of that many ASCII bytes begins; nil where it is something else.
  @inline(__always)
  private func barePlace(_ length: Int32) -> Place? {
    guard length > 0, let input = unsafe context?.pointee.input,
      let base = unsafe input.pointee.base, let cursor = unsafe input.pointee.cur,
      unsafe cursor - base > Int(length), unsafe cursor[-Int(length) - 1] == UInt8(ascii: "<")
    else { return nil }
    return unsafe Place(
      line: input.pointee.line, column: max(input.pointee.col &- length &- 1, 1))
  }

  /// Where the `<` of the tag stands that libxml2 has just read: it stands behind the last attribute.
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
    // A tag over several lines: count from the line's start, as far as it is still in the buffer.
    column = 1
    while unsafe cursor > base, unsafe (cursor - 1).pointee != 10 {
      unsafe cursor -= 1
      if unsafe cursor.pointee & 0xC0 != 0x80 { column += 1 }
    }
    return TextPosition(line: line, column: column)
  }

  /// The attributes come as five pointers each: name, prefix, namespace, value's start and end.
  private mutating func append(
    _ given: UnsafeMutablePointer<UnsafePointer<xmlChar>?>, count: Int, _ place: Place
  ) -> Bool {
    var total = 0
    for entry in 0..<count {
      guard let name = unsafe given[entry * 5], let start = unsafe given[entry * 5 + 3],
        let end = unsafe given[entry * 5 + 4]
      else { continue }
      guard let index = unsafe index(of: name) else { return false }
      total += unsafe end - start
      guard total <= limits.textBytes else {
        fail("attributes are longer than \(limits.textBytes) bytes", at: place.position)
        return false
      }
      let lower = Int32(texts.count)
      unsafe texts.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
      attributes.append(
        XMLBatch.Attribute(name: index, lower: lower, upper: Int32(texts.count)))
    }
    return true
  }

  /// The index of a name; nil where there are too many.
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

private let cutHint = "close what is open; if the file was cut off, copy or export it again"
