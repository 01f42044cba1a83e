/// Reads the records of a CSV source; the heading line gives the names.
///
/// It keeps a window of the source's bytes, skips blank lines and comments, and finds ragged rows.
struct CSVRecords: RecordParsing {
  private let source: ByteSource
  private var scanner: CSVScanner
  /// The bytes read so far and not consumed; the next record begins at `start`.
  private var window: [UInt8] = []
  private var start = 0
  private var isLast = false
  private var line = 1
  private var number = 0
  private var hasEnded = false
  private var preamble: CSVPreamble
  private let comment: UInt8?
  private(set) var blankLines = 0
  private(set) var names: [String] = []
  private(set) var namePlaces: [(line: Int, column: Int)] = []
  var dialect: TextDialect { preamble.dialect }
  var declaredTotal: DeclaredTotal? { nil }

  /// Reads the heading line.
  ///
  /// - Throws: `InputFault` if the heading line is missing or invalid.
  init(
    _ source: ByteSource, delimiter: Delimiter?, encoding: TextEncoding?, comment: UInt8?,
    limits: RecordLimits, dropsEmptyHeadings: Bool = true
  ) throws(InputFault) {
    self.source = source
    self.comment = comment
    preamble = try CSVPreamble(source, delimiter: delimiter, encoding: encoding, comment: comment)
    scanner = CSVScanner(delimiter: preamble.dialect.delimiter ?? .comma, limits: limits)
    while window.count < preamble.skippedBytes, try fill() {}
    start = preamble.skippedBytes
    line += preamble.skippedLines
    var headings = BulkRecord()
    switch try advance(&headings) {
    case .end: throw InputFault(.csv(.noHeadings))
    case .invalid(let fault): throw fault
    case .record: break
    }
    preamble.setLineEnd(from: window[..<start].suffix(2))
    guard headings.count <= limits.fields else {
      throw InputFault(.limit(.fields(limits.fields)), line: headings.line, column: 1)
    }
    names = (0..<headings.count).map { headings.text(at: $0) }
    headings.fillPlaces(&namePlaces)
    while dropsEmptyHeadings, names.count > 1, names.last == "" {
      preamble.addTrailingField()
      names.removeLast()
      namePlaces.removeLast()
    }
    number = 0
  }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    if takeFast(&record) { return .record }
    let step = try advance(&record)
    guard case .record = step, record.count != names.count else {
      return trailing > 0 && step == .record ? ragged(record) : step
    }
    if trailing > 0, record.count == names.count + trailing {
      if let stray = (names.count..<record.count).first(where: { !record.isEmpty(at: $0) }) {
        let place = record.place(at: stray)
        return .invalid(
          InputFault(
            .csv(.trailingValue), line: place.line, column: place.column, record: record.number))
      }
      record.fields.removeLast(trailing)
      return .record
    }
    return ragged(record)
  }

  func rawText(of record: BulkRecord) -> String { String(decoding: record.rawBytes, as: UTF8.self) }

  /// The number of columns without a heading at the right.
  private var trailing: Int { dialect.trailingFields }

  /// Reads the next record on the fast path; false if it needs the full scanner.
  private mutating func takeFast(_ record: inout BulkRecord) -> Bool {
    guard comment == nil, trailing == 0, record.fields.count == names.count,
      let end = scanner.scanFast(window.span, from: start, into: &record)
    else { return false }
    number += 1
    record.number = number
    record.line = line
    line += 1
    start = end
    return true
  }

  /// Returns the fault of a row whose number of fields differs from the heading line's.
  private func ragged(_ record: BulkRecord) -> RecordStep {
    let wanted = names.count + trailing
    // The place is that of the first extra field, or the end of a row that is too short.
    let place =
      record.count > wanted
      ? record.place(at: wanted)
      : advanced(
        line: record.line, column: record.column,
        over: record.bytes.span.extracting(0..<record.rawCount))
    return .invalid(
      InputFault(
        .csv(
          .ragged(
            fields: record.count, headings: wanted,
            seems: otherDelimiter(in: record, wanted: wanted))),
        line: place.line, column: place.column, record: record.number))
  }

  /// Returns the other delimiter that would split a row of one field into the expected number of fields.
  private func otherDelimiter(in record: BulkRecord, wanted: Int) -> Delimiter? {
    guard record.count == 1 else { return nil }
    let raw = record.bytes[..<record.rawCount]
    return Delimiter.allCases.first { other in
      other != dialect.delimiter && raw.count { $0 == other.rawValue } == wanted - 1
    }
  }

  /// Reads the next record, with any number of fields.
  private mutating func advance(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    if hasEnded { return .end }
    while true {
      while start == window.count {
        guard try fill() else {
          hasEnded = true
          return .end
        }
      }
      if let comment, window[start] == comment {
        try skipLine()
        continue
      }
      record.line = line
      record.number = number + 1
      switch CSVRecords.scan(&scanner, window, start, isLast, &record) {
      case .record(let end):
        number += 1
        line += 1 + scanner.innerLineEnds
        start = end
        return .record
      case .blank(let end):
        blankLines += 1
        line += 1
        start = end
      case .incomplete:
        _ = try fill()
      case .bad(let fault, let end):
        number += 1
        line += 1 + lineEnds(within: record)
        start = end
        return .invalid(named(fault))
      case .overlong(let fault, let from):
        number += 1
        record.clear()
        line = advanced(line: line, column: 1, over: window.span.extracting(start..<from)).line
        start = from
        let fault = named(fault)
        try skipLine()
        return .invalid(fault)
      case .broken(let fault):
        hasEnded = true
        throw named(fault)
      }
    }
  }

  /// Returns a fault with the heading of its field.
  private func named(_ fault: InputFault) -> InputFault {
    var fault = fault
    if fault.kind == .encodingBroken, dialect.encoding != .utf8 {
      fault.reason = .csv(.notDecodable(dialect.encoding))
    }
    guard let index = scanner.faultField, index < names.count else { return fault }
    fault.field = names[index]
    return fault
  }

  /// Scans with the scanner and the bytes as two parameters, because accesses to `self` must not overlap.
  private static func scan(
    _ scanner: inout CSVScanner, _ window: [UInt8], _ start: Int, _ isLast: Bool,
    _ record: inout BulkRecord
  ) -> CSVScanner.Outcome {
    scanner.scan(window.span, from: start, isLast: isLast, into: &record)
  }

  private func lineEnds(within record: BulkRecord) -> Int {
    advanced(line: 0, column: 1, over: record.bytes.span.extracting(0..<record.rawCount)).line
  }

  /// Skips all bytes up to and including the next line end.
  private mutating func skipLine() throws(InputFault) {
    while true {
      while start < window.count {
        let byte = window[start]
        if byte == 0x0A || byte == 0x0D {
          if byte == 0x0D, start + 1 == window.count, try fill() { continue }
          start += byte == 0x0D && start + 1 < window.count && window[start + 1] == 0x0A ? 2 : 1
          line += 1
          return
        }
        start += 1
      }
      guard try fill() else { return }
    }
  }

  /// Removes the consumed bytes and reads more; returns false at the end of the source.
  private mutating func fill() throws(InputFault) -> Bool {
    if isLast { return false }
    if start > 0 {
      window.removeSubrange(..<start)
      start = 0
    }
    if try source.read(into: &window) == 0 {
      isLast = true
      return false
    }
    return true
  }
}
