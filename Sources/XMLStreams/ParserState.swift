// What libxml2's callbacks write to while a chunk is parsed, and the callbacks themselves.

import CLibXML

/// The memory that libxml2's callbacks see; a struct behind a pointer, so that no access check is paid.
@safe struct ParserState {
  let limits: XMLLimits
  /// Whether elements that hold only text are joined.
  private let isFlat: Bool
  var batch = XMLBatch()
  var names: [String] = []
  /// libxml2 interns names in a dictionary of its own: one name, one address.
  private var addresses: [UnsafePointer<xmlChar>] = unsafe []
  private var indexOfAddress: [UnsafePointer<xmlChar>: Int32] = unsafe [:]
  /// The index of the last name that was looked up.
  private var latest: Int32 = -1
  /// How many bytes each name has if they are ASCII, else -1.
  private var lengths: [Int] = []
  /// The open elements, outermost first: their names, and the lines that they began in.
  private var open: [(name: Int32, line: Int)] = []
  private var sawRoot = false
  private var textRun = 0
  var failure: XMLError?
  /// Set where the document is to be as a schema says.
  let check: SchemaCheck?
  /// Set once, right after libxml2 made it; the parser that owns this state owns it too.
  var context: xmlParserCtxtPtr?

  init(limits: XMLLimits, isFlat: Bool, check: SchemaCheck?) {
    self.limits = limits
    self.isFlat = isFlat
    self.check = check
  }

  @inline(__always)
  mutating func start(
    name: UnsafePointer<xmlChar>, attributeCount: Int,
    attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
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
      (attributeCount == 0 ? bareTagPosition(lengths[Int(index)]) : nil) ?? tagPosition()
    // Without attributes the range is empty wherever it lies.
    let lower = Int32(batch.attributes.count)
    if attributeCount > 0, let attributes = unsafe attributes {
      guard unsafe append(attributes, count: attributeCount, position) else { return }
    }
    open.append((index, position.line))
    batch.events.append(
      XMLBatch.Event(
        kind: .start, name: index, lower: lower, upper: Int32(batch.attributes.count),
        line: Int32(clamping: position.line), column: Int32(clamping: position.column)))
  }

  @inline(__always)
  mutating func end() {
    guard failure == nil else { return }
    textRun = 0
    guard let element = open.popLast() else { return }
    let last = batch.events.count - 1
    if isFlat, last >= 0, batch.events[last].kind == .open || batch.events[last].isBareStart {
      batch.events[last].kind = .element
      return
    }
    batch.events.append(
      XMLBatch.Event(kind: .end, name: element.name, lower: 0, upper: 0, line: 0, column: 0))
  }

  @inline(__always)
  mutating func text(_ bytes: UnsafeBufferPointer<xmlChar>) {
    guard failure == nil else { return }
    textRun += bytes.count
    guard textRun <= limits.textBytes else {
      return fail(
        "a text is longer than \(limits.textBytes) bytes",
        hint: "most likely its element is never closed", at: currentPosition())
    }
    let last = batch.events.count - 1
    guard last >= 0 else { return unsafe addText(bytes) }
    var event = batch.events[last]
    if isFlat, event.isEnd {
      if unsafe !isBlank(bytes) { unsafe addText(bytes) }
      return
    }
    switch event.kind {
    // libxml2 cuts a text at line ends and entities: what belongs together becomes one event.
    case .text, .open: break
    case .start where isFlat && event.isBareStart:
      event.kind = .open
      event.lower = Int32(batch.textCount)
    default: return unsafe addText(bytes)
    }
    unsafe batch.append(UnsafeRawBufferPointer(bytes))
    event.upper = Int32(batch.textCount)
    batch.events[last] = event
  }

  private mutating func addText(_ bytes: UnsafeBufferPointer<xmlChar>) {
    let lower = Int32(batch.textCount)
    unsafe batch.append(UnsafeRawBufferPointer(bytes))
    batch.events.append(
      XMLBatch.Event(
        kind: .text, name: -1, lower: lower, upper: Int32(batch.textCount), line: 0, column: 0))
  }

  /// Lets the schema check see the start that was taken last.
  mutating func checkStart(_ tag: StartTag) {
    guard failure == nil, let check, let start = batch.events.last else { return }
    let position = TextPosition(line: Int(start.line), column: Int(start.column))
    note(unsafe check.start(start.name, at: position, tag), event: batch.events.count - 1)
  }

  /// Lets the schema check see the text that was taken last.
  mutating func checkText(_ bytes: UnsafeBufferPointer<xmlChar>) {
    guard failure == nil else { return }
    note(unsafe check?.text(bytes), event: batch.events.count - 1)
  }

  /// Lets the schema check see the end that is going to be taken next.
  mutating func checkEnd(
    _ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
    _ uri: UnsafePointer<xmlChar>?
  ) {
    guard failure == nil else { return }
    note(unsafe check?.end(name, prefix, uri), event: batch.events.count)
  }

  private mutating func note(_ finding: SchemaCheck.Finding?, event: Int) {
    guard let finding else { return }
    batch.violations.append(
      XMLViolation(
        message: finding.complaint, position: finding.element.position,
        element: names[Int(finding.element.name)], event: event))
  }

  /// Takes libxml2's error; its words for a document that ends too early or is no UTF-8 would mislead.
  mutating func fail(code: Int32, _ message: String, at position: TextPosition) {
    if message.contains("Huge input lookup") {
      return fail(
        "a tag, comment or instruction is longer than 10000000 bytes",
        hint: "most likely it is never closed", at: position)
    }
    // Bytes cut in the middle make it an "internal error".
    if code == XML_ERR_INTERNAL_ERROR.rawValue || message.hasPrefix("Input is not proper UTF-8") {
      return fail(
        "bytes that are not valid UTF-8",
        hint: "save the document as UTF-8, or declare the encoding that it is in", at: position)
    }
    guard code == XML_ERR_DOCUMENT_END.rawValue || code == XML_ERR_DOCUMENT_EMPTY.rawValue else {
      return fail(message, at: position)
    }
    if let element = open.last {
      let name = names[Int(element.name)]
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

  /// The same for a tag of nothing but a name of that many ASCII bytes; nil where it is something else.
  @inline(__always)
  private mutating func bareTagPosition(_ length: Int) -> TextPosition? {
    guard length > 0, let input = unsafe context?.pointee.input,
      let base = unsafe input.pointee.base, let cursor = unsafe input.pointee.cur,
      unsafe cursor - base > length, unsafe cursor[-length - 1] == UInt8(ascii: "<")
    else { return nil }
    return unsafe TextPosition(
      line: Int(input.pointee.line), column: max(Int(input.pointee.col) - length - 1, 1))
  }

  /// Where the `<` of the tag stands that libxml2 has just read: it stands behind the last attribute.
  private mutating func tagPosition() -> TextPosition {
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
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>, count: Int,
    _ position: TextPosition
  ) -> Bool {
    var total = 0
    for entry in 0..<count {
      guard let name = unsafe attributes[entry * 5], let start = unsafe attributes[entry * 5 + 3],
        let end = unsafe attributes[entry * 5 + 4]
      else { continue }
      guard let index = unsafe index(of: name) else { return false }
      total += unsafe end - start
      guard total <= limits.textBytes else {
        fail("attributes are longer than \(limits.textBytes) bytes", at: position)
        return false
      }
      let lower = Int32(batch.textCount)
      unsafe batch.append(UnsafeRawBufferPointer(start: start, count: end - start))
      batch.attributes.append(
        XMLBatch.Attribute(name: index, lower: lower, upper: Int32(batch.textCount)))
    }
    return true
  }

  @inline(__always)
  private mutating func index(of name: UnsafePointer<xmlChar>) -> Int32? {
    // Records have their names in one order.
    let next = Int(latest) + 1
    if unsafe next < addresses.count && addresses[next] == name {
      latest = Int32(next)
      return latest
    }
    // A document has a handful of names; a hostile one may have thousands.
    let near = unsafe min(addresses.count, 24)
    for candidate in 0..<near where unsafe addresses[candidate] == name {
      latest = Int32(candidate)
      return latest
    }
    if let far = unsafe indexOfAddress[name] { return far }
    guard names.count < limits.names else {
      fail("more than \(limits.names) different names are used", at: tagPosition())
      return nil
    }
    let index = Int32(names.count)
    let text = unsafe String(cString: name)
    names.append(text)
    lengths.append(text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : -1)
    unsafe addresses.append(name)
    unsafe indexOfAddress[name] = index
    return index
  }
}

extension XMLBatch.Event {
  fileprivate var isBareStart: Bool { kind == .start && lower == upper }

  fileprivate var isEnd: Bool { kind == .end || kind == .element }
}

private func isBlank(_ bytes: UnsafeBufferPointer<xmlChar>) -> Bool {
  unsafe bytes.allSatisfy { $0 <= 0x20 }
}

/// The SAX2 callbacks; each finds its `ParserState` behind the first parameter.
func makeSAXHandler(isChecked: Bool) -> xmlSAXHandler {
  var handler = unsafe xmlSAXHandler()
  unsafe handler.initialized = UInt32(XML_SAX2_MAGIC)
  unsafe handler.startElementNs = {
    state, name, _, _, _, _, attributeCount, _, attributes in
    guard let name = unsafe name else { return }
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee
      .start(name: name, attributeCount: Int(attributeCount), attributes: attributes)
  }
  unsafe handler.endElementNs = { state, _, _, _ in
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee.end()
  }
  let text: charactersSAXFunc = { state, bytes, count in
    unsafe state?.assumingMemoryBound(to: ParserState.self).pointee
      .text(UnsafeBufferPointer(start: bytes, count: Int(count)))
  }
  // One function for both: libxml2 then skips its guess which white space means nothing.
  unsafe handler.characters = unsafe text
  unsafe handler.ignorableWhitespace = unsafe text
  unsafe handler.cdataBlock = unsafe text
  if isChecked { unsafe addCheck(to: &handler) }
  // Without a document type there are no entities to define, fetch or multiply.
  unsafe handler.internalSubset = { state, _, _, _ in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self) else { return }
    let position = unsafe state.pointee.currentPosition()
    unsafe state.pointee.fail(
      "a document type (<!DOCTYPE …>) is not allowed",
      hint: "remove it, and write what its entities stand for", at: position)
  }
  unsafe handler.serror = { state, error in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self),
      let error = unsafe error, unsafe error.pointee.level == XML_ERR_FATAL
    else { return }
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "unknown error"
    let position = unsafe TextPosition(
      line: max(Int(error.pointee.line), 1), column: max(Int(error.pointee.int2), 1))
    unsafe state.pointee.fail(
      code: error.pointee.code, trimmingEnd(message), at: position)
  }
  return unsafe handler
}

/// Callbacks that hand every event on to the schema check as well.
private func addCheck(to handler: inout xmlSAXHandler) {
  unsafe handler.startElementNs = {
    state, name, prefix, uri, namespaceCount, namespaces, attributeCount, _, attributes in
    guard let name = unsafe name,
      let state = unsafe state?.assumingMemoryBound(to: ParserState.self)
    else { return }
    unsafe state.pointee.start(
      name: name, attributeCount: Int(attributeCount), attributes: attributes)
    unsafe state.pointee.checkStart(
      StartTag(
        name: name, prefix: prefix, uri: uri, namespaceCount: namespaceCount,
        namespaces: namespaces, attributeCount: attributeCount, attributes: attributes))
  }
  unsafe handler.endElementNs = { state, name, prefix, uri in
    let state = unsafe state?.assumingMemoryBound(to: ParserState.self)
    unsafe state?.pointee.checkEnd(name, prefix, uri)
    unsafe state?.pointee.end()
  }
  let text: charactersSAXFunc = { state, bytes, count in
    guard let state = unsafe state?.assumingMemoryBound(to: ParserState.self) else { return }
    let bytes = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
    unsafe state.pointee.text(bytes)
    unsafe state.pointee.checkText(bytes)
  }
  unsafe handler.characters = unsafe text
  unsafe handler.ignorableWhitespace = unsafe text
  unsafe handler.cdataBlock = unsafe text
}

private let cutHint = "close what is open; if the file was cut off, copy or export it again"

/// libxml2 ends its sentences with a line end.
private func trimmingEnd(_ text: String) -> String {
  var bytes = Array(text.utf8)
  while let last = bytes.last, last == 10 || last == 13 || last == 32 { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}
