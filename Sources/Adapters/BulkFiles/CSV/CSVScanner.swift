/// Finds one CSV record in bytes (RFC 4180), without I/O, strings or memory except the record's.
struct CSVScanner: Sendable {
  /// The result of a scan; `end` is the offset after the record's line end, where the next record begins.
  enum Outcome {
    case record(end: Int)
    case blank(end: Int)
    /// The record may continue after these bytes.
    case incomplete
    /// The record is invalid; the next one begins at `end`.
    case bad(InputFault, end: Int)
    /// The record is too long to keep; the next one begins after the first line end at or after `from`.
    case overlong(InputFault, from: Int)
    /// The record is invalid, and the start of the next one is unknown.
    case broken(InputFault)
  }

  /// The class of a byte outside quotes; 0 for ordinary bytes.
  private enum Class {
    static let delimiter: UInt8 = 1
    static let quote: UInt8 = 2
    static let lineFeed: UInt8 = 3
    static let carriageReturn: UInt8 = 4
    static let nul: UInt8 = 5
  }

  let delimiter: Delimiter
  let limits: RecordLimits
  private var classes = InlineArray<256, UInt8>(repeating: 0)
  /// Where the first NUL byte of the current record is.
  private var nul: Int?
  /// The indices of the current record's fields that have doubled quotes.
  private var doubled: [Int] = []
  /// The number of line ends within the last record found.
  private(set) var innerLineEnds = 0
  /// The index of the last fault's field.
  private(set) var faultField: Int?

  init(delimiter: Delimiter, limits: RecordLimits) {
    self.delimiter = delimiter
    self.limits = limits
    classes[Int(delimiter.rawValue)] = Class.delimiter
    classes[Int(UInt8(ascii: "\""))] = Class.quote
    classes[0x0A] = Class.lineFeed
    classes[0x0D] = Class.carriageReturn
    classes[0] = Class.nul
  }

  /// Finds the record that begins at `start`.
  ///
  /// - Parameters:
  ///   - input: the available bytes.
  ///   - start: where the record begins, before the end of `input`.
  ///   - isLast: whether the file ends with `input`.
  ///   - record: receives the fields; its `line` and `number` are already set, for the places of faults.
  /// - Returns: what was found.
  mutating func scan(
    _ input: Span<UInt8>, from start: Int, isLast: Bool, into record: inout BulkRecord
  ) -> Outcome {
    record.clear()
    doubled.removeAll(keepingCapacity: true)
    innerLineEnds = 0
    faultField = nil
    let count = input.count
    let first = classes[Int(input[start])]
    if first == Class.lineFeed { return .blank(end: start + 1) }
    if first == Class.carriageReturn {
      guard start + 1 < count || isLast else { return .incomplete }
      return .blank(end: afterCarriageReturn(input, start))
    }
    nul = nil
    var cursor = start
    // The bits of all bytes within the fields so far.
    var high: UInt8 = 0
    while true {
      let fieldStart = cursor
      let isQuoted = fieldStart < count && input[fieldStart] == UInt8(ascii: "\"")
      let end =
        isQuoted
        ? quotedField(input, start, isLast, &cursor, &high, &record)
        : plainField(input, start, isLast, &cursor, &high, &record)
      switch end {
      case .delimiter:
        guard record.fields.count <= limits.fields else {
          let fault = InputFault(
            .limit(.fields(limits.fields)), line: record.line, column: record.column,
            record: record.number)
          return .overlong(fault, from: cursor)
        }
        cursor += 1
      case .lineEnd: return ended(input, start, cursor, isLast, high, &record)
      case .unended:
        return unended(
          input, start, fieldStart: fieldStart, isQuoted: isQuoted, isLast, record)
      case .overlong:
        return overlong(
          input, start, fieldStart: fieldStart, isQuoted: isQuoted, from: cursor, record)
      case .misquoted:
        return misquoted(input, start, at: cursor, isLast, isStray: !isQuoted, &record)
      }
    }
  }

  /// What the cursor is at after a field.
  private enum FieldEnd {
    case delimiter
    /// A line end, or the end of the file.
    case lineEnd
    /// The end of the bytes, where the field may continue.
    case unended
    /// The end of a field that is too long.
    case overlong
    /// A quote within the field, or the text after its closing quote.
    case misquoted
  }

  /// Finds the end of the field whose opening quote is at the cursor.
  @inline(__always)
  private mutating func quotedField(
    _ input: Span<UInt8>, _ start: Int, _ isLast: Bool, _ cursor: inout Int, _ high: inout UInt8,
    _ record: inout BulkRecord
  ) -> FieldEnd {
    let count = input.count
    let open = cursor
    cursor += 1
    var hasDoubled = false
    while true {
      while cursor < count, input[cursor] != UInt8(ascii: "\"") {
        let byte = input[cursor]
        high |= byte
        if byte <= 0x0D {
          if byte == 0, nul == nil { nul = cursor }
          if byte == 0x0D || byte == 0x0A && input[cursor - 1] != 0x0D { innerLineEnds += 1 }
        }
        cursor += 1
      }
      guard cursor < count else { return .unended }
      guard cursor + 1 < count else {
        if isLast { break }
        return .unended
      }
      guard input[cursor + 1] == UInt8(ascii: "\"") else { break }
      hasDoubled = true
      cursor += 2
    }
    guard cursor - open - 1 <= limits.fieldBytes else { return .overlong }
    if hasDoubled { doubled.append(record.fields.count) }
    add(open + 1 - start, cursor - start, to: &record)
    cursor += 1
    guard cursor < count else { return .lineEnd }
    switch classes[Int(input[cursor])] {
    case Class.delimiter: return .delimiter
    case Class.lineFeed, Class.carriageReturn: return .lineEnd
    default: return .misquoted
    }
  }

  /// Finds the end of the field without quotes that begins at the cursor.
  @inline(__always)
  private mutating func plainField(
    _ input: Span<UInt8>, _ start: Int, _ isLast: Bool, _ cursor: inout Int, _ high: inout UInt8,
    _ record: inout BulkRecord
  ) -> FieldEnd {
    let count = input.count
    let fieldStart = cursor
    var kind: UInt8 = 0
    while cursor < count {
      let byte = input[cursor]
      kind = classes[Int(byte)]
      high |= byte
      if kind != 0 {
        guard kind == Class.nul else { break }
        if nul == nil { nul = cursor }
      }
      cursor += 1
    }
    if cursor == count, !isLast { return .unended }
    guard cursor - fieldStart <= limits.fieldBytes else { return .overlong }
    if cursor < count, kind == Class.quote { return .misquoted }
    add(fieldStart - start, cursor - start, to: &record)
    return cursor < count && kind == Class.delimiter ? .delimiter : .lineEnd
  }

  /// Keeps a record whose fields all end, and checks its bytes.
  private mutating func ended(
    _ input: Span<UInt8>, _ start: Int, _ cursor: Int, _ isLast: Bool, _ high: UInt8,
    _ record: inout BulkRecord
  ) -> Outcome {
    guard let end = lineEnd(input, cursor, isLast) else { return .incomplete }
    if cursor - start > limits.recordBytes {
      return overlong(input, start, fieldStart: nil, isQuoted: false, from: cursor, record)
    }
    keep(input, start, cursor, &record)
    if let nul {
      faultField = field(at: nul - start, record)
      let place = place(input, start, nul, record)
      return .bad(
        InputFault(
          .csv(.nulByte), line: place.line, column: place.column, record: record.number),
        end: end)
    }
    if high >= 0x80, let fault = invalidUTF8(input, start, cursor, record) {
      return .bad(fault, end: end)
    }
    if !doubled.isEmpty { undouble(&record) }
    return .record(end: end)
  }

  // MARK: Ends

  /// Returns where the next record begins; `nil` if the last available byte is CR and LF may follow.
  func lineEnd(_ input: Span<UInt8>, _ cursor: Int, _ isLast: Bool) -> Int? {
    guard cursor < input.count else { return isLast ? cursor : nil }
    if input[cursor] == 0x0A { return cursor + 1 }
    guard cursor + 1 < input.count || isLast else { return nil }
    return afterCarriageReturn(input, cursor)
  }

  private func afterCarriageReturn(_ input: Span<UInt8>, _ cursor: Int) -> Int {
    cursor + 1 < input.count && input[cursor + 1] == 0x0A ? cursor + 2 : cursor + 1
  }

  private func add(_ lower: Int, _ upper: Int, to record: inout BulkRecord) {
    let name = Int32(truncatingIfNeeded: record.fields.count)
    record.fields.append(
      BulkRecord.Field(
        lower: Int32(truncatingIfNeeded: lower), upper: Int32(truncatingIfNeeded: upper),
        name: name))
  }

  private func keep(
    _ input: Span<UInt8>, _ start: Int, _ end: Int, _ record: inout BulkRecord
  ) {
    record.append(input.extracting(start..<end))
    record.rawCount = end - start
    record.delimiter = delimiter.rawValue
  }

  /// Appends the text of the fields with doubled quotes again, with single quotes.
  private func undouble(_ record: inout BulkRecord) {
    for index in doubled {
      let field = record.fields[index]
      let lower = record.byteCount
      var text: [UInt8] = []
      var isSecond = false
      for place in Int(field.lower)..<Int(field.upper) {
        let byte = record.bytes[place]
        isSecond = byte == UInt8(ascii: "\"") && !isSecond
        if !isSecond { text.append(byte) }
      }
      record.append(text.span)
      record.fields[index].lower = Int32(truncatingIfNeeded: lower)
      record.fields[index].upper = Int32(truncatingIfNeeded: record.byteCount)
    }
  }

  // MARK: Faults

  private func place(
    _ input: Span<UInt8>, _ start: Int, _ cursor: Int, _ record: BulkRecord
  ) -> (line: Int, column: Int) {
    advanced(line: record.line, column: record.column, over: input.extracting(start..<cursor))
  }

  /// Returns the outcome if the bytes end within a field.
  private mutating func unended(
    _ input: Span<UInt8>, _ start: Int, fieldStart: Int, isQuoted: Bool, _ isLast: Bool,
    _ record: BulkRecord
  ) -> Outcome {
    if input.count - fieldStart > limits.fieldBytes + 2 {
      return overlong(
        input, start, fieldStart: fieldStart, isQuoted: isQuoted, from: input.count, record)
    }
    if !isQuoted, input.count - start > limits.recordBytes {
      return overlong(
        input, start, fieldStart: nil, isQuoted: false, from: input.count, record)
    }
    guard isLast else { return .incomplete }
    faultField = record.fields.count
    let place = place(input, start, fieldStart, record)
    return .broken(
      InputFault(
        .csv(.unclosedQuote), line: place.line, column: place.column, record: record.number))
  }

  private mutating func overlong(
    _ input: Span<UInt8>, _ start: Int, fieldStart: Int?, isQuoted: Bool, from: Int,
    _ record: BulkRecord
  ) -> Outcome {
    if fieldStart != nil { faultField = record.fields.count }
    let place = place(input, start, fieldStart ?? start, record)
    let limit: LimitFault =
      fieldStart == nil
      ? .record(bytes: limits.recordBytes, isQuoted: isQuoted)
      : .field(bytes: limits.fieldBytes, isQuoted: isQuoted)
    let fault = InputFault(
      .limit(limit), line: place.line, column: place.column, record: record.number)
    return isQuoted ? .broken(fault) : .overlong(fault, from: from)
  }

  /// Returns the outcome for a quote within an unquoted field, or for text after a closing quote.
  ///
  /// An unquoted field ends with its line, so the next record begins on the next line. After a quoted field this
  /// is certain only if the number of quotes in the line is even.
  private mutating func misquoted(
    _ input: Span<UInt8>, _ start: Int, at cursor: Int, _ isLast: Bool, isStray: Bool,
    _ record: inout BulkRecord
  ) -> Outcome {
    var end = cursor
    while end < input.count, input[end] != 0x0A, input[end] != 0x0D { end += 1 }
    guard end < input.count || isLast, let next = lineEnd(input, end, isLast) else {
      return input.count - start > limits.recordBytes
        ? overlong(
          input, start, fieldStart: nil, isQuoted: !isStray, from: input.count, record)
        : .incomplete
    }
    var quotes = 0
    for index in start..<end where input[index] == UInt8(ascii: "\"") { quotes += 1 }
    let isSafe = isStray || quotes.isMultiple(of: 2)
    let place = place(input, start, cursor, record)
    // A quoted field was added before the text after it was found.
    faultField = isStray ? record.fields.count : record.fields.count - 1
    record.clear()
    keep(input, start, end, &record)
    let reason: CSVFault =
      isStray
      ? .strayQuote(after: before(cursor, in: input, from: start))
      : .textAfterQuote(stops: !isSafe)
    let fault = InputFault(
      .csv(reason), line: place.line, column: place.column, record: record.number)
    return isSafe ? .bad(fault, end: next) : .broken(fault)
  }

  /// Returns the text of a field before an offset.
  private func before(_ cursor: Int, in input: Span<UInt8>, from start: Int) -> String {
    var begin = cursor
    while begin > start, input[begin - 1] != delimiter.rawValue { begin -= 1 }
    return String(decoding: (begin..<cursor).map { input[$0] }, as: UTF8.self)
  }

  private func field(at offset: Int, _ record: BulkRecord) -> Int? {
    record.fields.firstIndex { Int($0.upper) >= offset }
  }

  private mutating func invalidUTF8(
    _ input: Span<UInt8>, _ start: Int, _ end: Int, _ record: BulkRecord
  ) -> InputFault? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: input.extracting(start..<end))
      return nil
    } catch {
      let bad = start + error.byteOffsets.lowerBound
      let place = place(input, start, bad, record)
      faultField = field(at: bad - start, record)
      return InputFault(
        .csv(.notUTF8(input[bad])), line: place.line, column: place.column, record: record.number)
    }
  }
}
