/// A strict, streaming JSON parser (RFC 8259) without I/O: feed bytes, read `batch`, empty it, and repeat.
///
/// After an error the batch still holds the events before it. The parser accepts duplicate keys; the caller checks
/// for them.
package struct JSONParser: Sendable {
  /// What the grammar allows next.
  private enum Expected: Sendable {
    case value
    case firstElementOrEnd
    case firstKeyOrEnd
    case key
    case colon
    case commaOrEnd
    case nothing
  }

  /// The events since the caller last emptied it.
  package var batch = JSONBatch()
  private let limits: JSONLimits
  private let framing: JSONFraming
  /// The line where the last outermost value ended, if it was an object; otherwise 0.
  private var objectEnd = 0
  private var expected = Expected.value
  /// The open containers, outermost first: whether each is an object.
  private var open: [Bool] = []
  /// The incomplete string, number or word at the end of the last chunk.
  private var pending: [UInt8] = []
  private var line = 1
  /// The number of bytes of the document before the bytes being parsed.
  private var offset = 0
  /// The offset where the current line begins, plus one for each UTF-8 continuation byte in it.
  private var lineStart = 0
  private var sawValue = false
  private var failure: JSONError?

  /// Creates a parser.
  ///
  /// - Parameters:
  ///   - limits: the limits for the text.
  ///   - framing: what may follow the first value.
  package init(limits: JSONLimits = JSONLimits(), framing: JSONFraming = .single) {
    self.limits = limits
    self.framing = framing
  }

  /// Parses the next bytes and adds their events to `batch`.
  ///
  /// - Parameters:
  ///   - chunk: the next part of the text; it may end anywhere.
  ///   - final: whether the text ends here.
  /// - Throws: `JSONError` at the first error, and the same error at every later call.
  package mutating func feed(_ chunk: RawSpan, final: Bool) throws(JSONError) {
    if let failure { throw failure }
    do throws(JSONError) {
      if pending.isEmpty {
        let rest = try unsafe chunk.withUnsafeBytes { bytes throws(JSONError) in
          try unsafe parse(bytes, final: final)
        }
        unsafe chunk.withUnsafeBytes { bytes in
          unsafe pending.append(contentsOf: bytes[rest...])
        }
      } else {
        unsafe chunk.withUnsafeBytes { bytes in unsafe pending.append(contentsOf: bytes) }
        var held: [UInt8] = []
        swap(&held, &pending)
        let rest = try unsafe held.span.bytes.withUnsafeBytes { bytes throws(JSONError) in
          try unsafe parse(bytes, final: final)
        }
        pending.append(contentsOf: held[rest...])
      }
      if final { try finish() }
    } catch {
      failure = error
      throw error
    }
  }

  /// Parses all complete tokens and returns the number of bytes consumed.
  private mutating func parse(
    _ bytes: UnsafeRawBufferPointer, final: Bool
  ) throws(JSONError) -> Int {
    var cursor = 0
    let count = bytes.count
    while cursor < count {
      let byte = unsafe bytes[cursor]
      switch byte {
      case 0x20, 0x09, 0x0D:
        cursor += 1
      case 0x0A:
        cursor += 1
        line += 1
        lineStart = offset + cursor
      case UInt8(ascii: "\""):
        let isKey = try checkStringAllowed(at: cursor)
        guard let end = try unsafe string(bytes, from: cursor, isKey: isKey) else {
          offset += cursor
          return cursor
        }
        cursor = end
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        try begin(isObject: byte == UInt8(ascii: "{"), at: cursor)
        cursor += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        try end(isObject: byte == UInt8(ascii: "}"), at: cursor)
        cursor += 1
      case UInt8(ascii: ":"):
        guard expected == .colon else { throw unexpected("a colon", at: cursor) }
        expected = .value
        cursor += 1
      case UInt8(ascii: ","):
        guard expected == .commaOrEnd, let isObject = open.last else {
          throw unexpected("a comma", at: cursor)
        }
        expected = isObject ? .key : .value
        cursor += 1
      default:
        guard let end = try unsafe scalar(bytes, from: cursor, final: final) else {
          offset += cursor
          return cursor
        }
        cursor = end
      }
    }
    offset += cursor
    return cursor
  }

  private mutating func finish() throws(JSONError) {
    if let first = pending.first {
      throw error(
        first == UInt8(ascii: "\"")
          ? "the text ends within a string" : "the text ends within a word",
        hint: truncatedHint, at: 0)
    }
    if let isObject = open.last {
      throw error(
        "the text ends within \(isObject ? "an object" : "an array")", hint: truncatedHint, at: 0)
    }
    if framing != .sequence, !sawValue { throw error("there is no JSON value", at: 0) }
  }

  // MARK: Structure

  private mutating func checkStringAllowed(at cursor: Int) throws(JSONError) -> Bool {
    switch expected {
    case .key, .firstKeyOrEnd: return true
    case .value, .firstElementOrEnd: return false
    case .nothing where framing == .sequence: return false
    default: throw unexpected("a string", at: cursor)
    }
  }

  private mutating func checkValueAllowed(_ what: String, at cursor: Int) throws(JSONError) {
    switch expected {
    case .value, .firstElementOrEnd: return
    case .nothing where framing == .sequence: return
    default: throw unexpected(what, at: cursor)
    }
  }

  private mutating func begin(isObject: Bool, at cursor: Int) throws(JSONError) {
    let isNextLine = isObject && framing == .objectLines && 1..<line ~= objectEnd
    if expected == .nothing, isNextLine { expected = .value }
    try checkValueAllowed(isObject ? "an object" : "an array", at: cursor)
    guard open.count < limits.depth else {
      throw error("objects and arrays are nested more than \(limits.depth) levels deep", at: cursor)
    }
    add(isObject ? .beginObject : .beginArray, at: cursor)
    open.append(isObject)
    expected = isObject ? .firstKeyOrEnd : .firstElementOrEnd
  }

  private mutating func end(isObject: Bool, at cursor: Int) throws(JSONError) {
    let what = isObject ? "}" : "]"
    guard open.last == isObject else { throw unexpected("\"\(what)\"", at: cursor) }
    switch expected {
    case .commaOrEnd, .firstKeyOrEnd, .firstElementOrEnd: break
    case .key: throw error("there is a comma before \"\(what)\"", hint: "remove it", at: cursor)
    case .value where !isObject:
      throw error("there is a comma before \"\(what)\"", hint: "remove it", at: cursor)
    default: throw unexpected("\"\(what)\"", at: cursor)
    }
    add(isObject ? .endObject : .endArray, at: cursor)
    open.removeLast()
    endValue()
    if open.isEmpty, isObject { objectEnd = line }
  }

  private mutating func endValue() {
    expected = open.isEmpty ? .nothing : .commaOrEnd
    objectEnd = 0
    sawValue = true
  }

  private mutating func add(_ kind: JSONBatch.Kind, at cursor: Int, from lower: Int = 0) {
    let upper = batch.textCount
    batch.events.append(
      JSONBatch.Event(
        kind: kind, lower: kind.hasText ? lower : upper, upper: upper, position: position(cursor)))
  }

  // MARK: Strings, numbers and words

  /// Reads a string from its opening quote; returns the offset after it, or `nil` if it is incomplete.
  private mutating func string(
    _ bytes: UnsafeRawBufferPointer, from start: Int, isKey: Bool
  ) throws(JSONError) -> Int? {
    let lower = batch.textCount
    var scan = StringScan()
    let result = unsafe scan.read(bytes, from: start + 1, into: &batch)
    if scan.cursor - start > limits.tokenBytes {
      batch.removeText(from: lower)
      throw error(
        "a string is longer than \(limits.tokenBytes) bytes",
        hint: "most likely its closing quote is missing", at: start)
    }
    switch result {
    case .incomplete:
      batch.removeText(from: lower)
      return nil
    case .invalid(let message, let hint):
      batch.removeText(from: lower)
      lineStart += unsafe continuationBytes(bytes[start..<scan.cursor])
      throw error(message, hint: hint, at: scan.cursor)
    case .complete:
      add(isKey ? .key : .string, at: start, from: lower)
      if scan.sawNonASCII { lineStart += unsafe continuationBytes(bytes[start..<scan.cursor]) }
      if isKey { expected = .colon } else { endValue() }
      return scan.cursor
    }
  }

  /// Reads a number, `true`, `false` or `null`; returns the offset after it, or `nil` if it may be incomplete.
  private mutating func scalar(
    _ bytes: UnsafeRawBufferPointer, from start: Int, final: Bool
  ) throws(JSONError) -> Int? {
    var end = start
    while end < bytes.count, unsafe isScalarByte(bytes[end]) { end += 1 }
    guard end > start else {
      let wanted = unsafe scalarLength(bytes[start])
      // The error shows the whole character: wait if the chunk ends within it.
      guard final || start + wanted <= bytes.count else { return nil }
      throw unsafe unexpectedCharacter(bytes[start..<min(start + wanted, bytes.count)], at: start)
    }
    if end - start > limits.tokenBytes {
      throw error("a number is longer than \(limits.tokenBytes) bytes", at: start)
    }
    guard final || end < bytes.count else { return nil }
    let text = unsafe bytes[start..<end]
    let kind: JSONBatch.Kind
    if unsafe text.elementsEqual("null".utf8) {
      kind = .null
    } else if unsafe text.elementsEqual("true".utf8) {
      kind = .`true`
    } else if unsafe text.elementsEqual("false".utf8) {
      kind = .`false`
    } else if unsafe isNumber(text) {
      kind = .number
    } else {
      let shown = unsafe String(decoding: text.prefix(40), as: UTF8.self)
      throw error("\"\(shown)\" is not a JSON value", hint: hint(for: shown), at: start)
    }
    try checkValueAllowed("a value", at: start)
    let lower = batch.textCount
    if kind == .number {
      unsafe batch.append(UnsafeRawBufferPointer(rebasing: text))
    }
    add(kind, at: start, from: lower)
    endValue()
    return end
  }

  // MARK: Positions and errors

  private func position(_ cursor: Int) -> JSONPosition {
    JSONPosition(line: line, column: offset + cursor - lineStart + 1)
  }

  private func error(_ message: String, hint: String = "", at cursor: Int) -> JSONError {
    JSONError(message: message, position: position(cursor), hint: hint)
  }

  /// Returns what to write instead of a word or number that is not JSON.
  private func hint(for text: String) -> String {
    switch text.lowercased() {
    case "true", "false", "null": return "write \(text.lowercased()) in small letters"
    case "nan", "-nan", "+nan", "infinity", "-infinity", "+infinity", "inf", "-inf", "+inf":
      return "JSON has no such number: write null, or leave the key out"
    default:
      let isNumber = text.utf8.first.map { $0 < UInt8(ascii: "A") } ?? false
      return isNumber
        ? "write numbers as 5060, -1, 0.5 or 1e3, or put the text in double quotes"
        : "write strings in double quotes"
    }
  }

  /// Returns the error for a character that JSON does not allow outside strings.
  private func unexpectedCharacter(_ bytes: Slice<UnsafeRawBufferPointer>, at cursor: Int)
    -> JSONError
  {
    guard let scalar = unsafe String(validating: bytes, as: UTF8.self)?.unicodeScalars.first else {
      return error("bytes that are not valid UTF-8", hint: "save the text as UTF-8", at: cursor)
    }
    switch scalar {
    case "'":
      return error(
        "strings are written in double quotes", hint: "replace the single quotes", at: cursor)
    case "\u{201C}"..."\u{201F}", "\u{2018}"..."\u{201B}", "\u{AB}", "\u{BB}":
      return error(
        "strings are written in straight double quotes", hint: "replace the curly ones", at: cursor)
    case "\u{FEFF}":
      return error(
        "there is a byte order mark within the text", hint: "remove it", at: cursor)
    case "/", "#":
      return error("JSON has no comments", hint: "remove it", at: cursor)
    case "\u{21}"..."\u{7E}": return error("\"\(scalar)\" is not allowed here", at: cursor)
    default:
      let code = String(scalar.value, radix: 16, uppercase: true)
      let zeros = String(repeating: "0", count: max(0, 4 - code.count))
      return error("the character U+\(zeros)\(code) is not allowed here", at: cursor)
    }
  }

  private func unexpected(_ what: String, at cursor: Int) -> JSONError {
    let wanted =
      switch expected {
      case .value, .firstElementOrEnd: "a value is expected"
      case .firstKeyOrEnd: "a key or \"}\" is expected"
      case .key: "a key is expected"
      case .colon: "a colon is expected"
      case .commaOrEnd:
        open.last == true ? "a comma or \"}\" is expected" : "a comma or \"]\" is expected"
      case .nothing: "the text should end"
      }
    return error("found \(what) where \(wanted)", at: cursor)
  }
}

/// Whether a text holds one value or several.
package enum JSONFraming: Sendable {
  /// One value (RFC 8259).
  case single
  /// One value; if it is an object, more objects may follow, each on a new line (JSON Lines under any file name).
  case objectLines
  /// Any number of values, also none (JSON Lines).
  case sequence
}

extension JSONBatch.Kind {
  fileprivate var hasText: Bool { self == .key || self == .string || self == .number }
}

private let truncatedHint = "close what is open; if the file was cut off, copy or export it again"

/// Returns the number of UTF-8 continuation bytes, which columns do not count.
private func continuationBytes(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  unsafe bytes.reduce(into: 0) { total, byte in if byte & 0xC0 == 0x80 { total += 1 } }
}
