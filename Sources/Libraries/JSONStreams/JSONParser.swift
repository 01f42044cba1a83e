// A strict, streaming reader of JSON (RFC 8259): bytes in any cut go in, batches of events come out.

/// A JSON parser without I/O; feed bytes, read `batch`, empty it, feed on.
///
/// After an error the events before it are still in the batch. Duplicate keys are the consumer's to refuse.
package struct JSONParser: Sendable {
  /// What may come next.
  private enum Expected: Sendable {
    case value
    case firstElementOrEnd
    case firstKeyOrEnd
    case key
    case colon
    case commaOrEnd
    case nothing
  }

  /// The events since it was last emptied.
  package var batch = JSONBatch()
  private let limits: JSONLimits
  private let following: JSONFollowing
  /// The line on which the last outermost value ended, if it was an object; 0 if not.
  private var objectEnd = 0
  private var expected = Expected.value
  /// The open containers, outermost first: whether each is an object.
  private var open: [Bool] = []
  /// What could not be understood yet: the beginning of a string, a number or a word.
  private var pending: [UInt8] = []
  private var line = 1
  /// Bytes of the document before what is being parsed.
  private var offset = 0
  /// Where the current line begins, moved on by one for each byte that continues a scalar.
  private var lineStart = 0
  private var sawValue = false
  private var failure: JSONError?

  /// Makes a parser.
  ///
  /// - Parameters:
  ///   - limits: what the text may ask for.
  ///   - following: what may follow the first value.
  package init(limits: JSONLimits = JSONLimits(), following: JSONFollowing = .nothing) {
    self.limits = limits
    self.following = following
  }

  /// Parses the next bytes and adds their events to `batch`.
  ///
  /// - Parameters:
  ///   - chunk: any piece of the text, in any cut.
  ///   - final: whether the text ends here.
  /// - Throws: `JSONError` at the first thing that is wrong, and again at every later call.
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

  /// Parses as many tokens as are complete and gives the number of bytes that they took.
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
        let isKey = try expectString(at: cursor)
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
        hint: cutHint, at: 0)
    }
    if let isObject = open.last {
      throw error(
        "the text ends within \(isObject ? "an object" : "an array")", hint: cutHint, at: 0)
    }
    if following != .values, !sawValue { throw error("there is no JSON value", at: 0) }
  }

  // MARK: Structure

  private mutating func expectString(at cursor: Int) throws(JSONError) -> Bool {
    switch expected {
    case .key, .firstKeyOrEnd: return true
    case .value, .firstElementOrEnd: return false
    case .nothing where following == .values: return false
    default: throw unexpected("a string", at: cursor)
    }
  }

  private mutating func expectValue(_ what: String, at cursor: Int) throws(JSONError) {
    switch expected {
    case .value, .firstElementOrEnd: return
    case .nothing where following == .values: return
    default: throw unexpected(what, at: cursor)
    }
  }

  private mutating func begin(isObject: Bool, at cursor: Int) throws(JSONError) {
    let isNextLine = isObject && following == .objectLines && 1..<line ~= objectEnd
    if expected == .nothing, isNextLine { expected = .value }
    try expectValue(isObject ? "an object" : "an array", at: cursor)
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
    case .key: throw error("a comma stands before \"\(what)\"", hint: "remove it", at: cursor)
    case .value where !isObject:
      throw error("a comma stands before \"\(what)\"", hint: "remove it", at: cursor)
    default: throw unexpected("\"\(what)\"", at: cursor)
    }
    add(isObject ? .endObject : .endArray, at: cursor)
    open.removeLast()
    valueEnded()
    if open.isEmpty, isObject { objectEnd = line }
  }

  private mutating func valueEnded() {
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

  /// Reads a string from its opening quote; gives where it ended, or nil where its end is still to come.
  private mutating func string(
    _ bytes: UnsafeRawBufferPointer, from start: Int, isKey: Bool
  ) throws(JSONError) -> Int? {
    let lower = batch.textCount
    var scan = StringScan()
    let result = unsafe scan.read(bytes, from: start + 1, into: &batch)
    if scan.cursor - start > limits.tokenBytes {
      batch.drop(from: lower)
      throw error(
        "a string is longer than \(limits.tokenBytes) bytes",
        hint: "most likely its closing quote is missing", at: start)
    }
    switch result {
    case .incomplete:
      batch.drop(from: lower)
      return nil
    case .wrong(let message, let hint):
      batch.drop(from: lower)
      lineStart += unsafe continuations(bytes[start..<scan.cursor])
      throw error(message, hint: hint, at: scan.cursor)
    case .complete:
      add(isKey ? .key : .string, at: start, from: lower)
      if scan.sawNonASCII { lineStart += unsafe continuations(bytes[start..<scan.cursor]) }
      if isKey { expected = .colon } else { valueEnded() }
      return scan.cursor
    }
  }

  /// Reads a number, `true`, `false` or `null`; gives where it ended, or nil where more may come.
  private mutating func scalar(
    _ bytes: UnsafeRawBufferPointer, from start: Int, final: Bool
  ) throws(JSONError) -> Int? {
    var end = start
    while end < bytes.count, unsafe isScalarByte(bytes[end]) { end += 1 }
    guard end > start else {
      let wanted = unsafe scalarLength(bytes[start])
      // A character cut by the end of the chunk is told as a whole.
      guard final || start + wanted <= bytes.count else { return nil }
      throw unsafe foreign(bytes[start..<min(start + wanted, bytes.count)], at: start)
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
      kind = .yes
    } else if unsafe text.elementsEqual("false".utf8) {
      kind = .no
    } else if unsafe isNumber(text) {
      kind = .number
    } else {
      let shown = unsafe String(decoding: text.prefix(40), as: UTF8.self)
      throw error("\"\(shown)\" is not a JSON value", hint: hint(for: shown), at: start)
    }
    try expectValue("a value", at: start)
    let lower = batch.textCount
    if kind == .number {
      unsafe batch.append(UnsafeRawBufferPointer(rebasing: text))
    }
    add(kind, at: start, from: lower)
    valueEnded()
    return end
  }

  // MARK: Positions and errors

  private func position(_ cursor: Int) -> JSONPosition {
    let place = offset + cursor
    return JSONPosition(line: line, column: place - lineStart + 1, offset: place)
  }

  private func error(_ message: String, hint: String = "", at cursor: Int) -> JSONError {
    JSONError(message: message, position: position(cursor), hint: hint)
  }

  /// What to write in place of a word or number that is none.
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

  /// The error of a character that JSON has no use for outside strings.
  private func foreign(_ bytes: Slice<UnsafeRawBufferPointer>, at cursor: Int) -> JSONError {
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
        "a byte order mark stands within the text", hint: "remove it", at: cursor)
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
    return error("\(what) stands where \(wanted)", at: cursor)
  }
}

/// What may follow the first value of a text.
package enum JSONFollowing: Sendable {
  /// Nothing: a text of RFC 8259.
  case nothing
  /// Objects that begin on lines of their own behind an object: JSON Lines, whatever the file is called.
  case objectLines
  /// Any values, or none at all (JSON Lines).
  case values
}

extension JSONBatch.Kind {
  fileprivate var hasText: Bool { self == .key || self == .string || self == .number }
}

private let cutHint = "close what is open; if the file was cut off, copy or export it again"

/// How many bytes continue a scalar, so that columns count scalars.
private func continuations(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
  unsafe bytes.reduce(into: 0) { total, byte in if byte & 0xC0 == 0x80 { total += 1 } }
}
