// Pulls CSV records out of a source: the window over its bytes, the heading line, blank lines, ragged rows.

/// CSV as records; the heading line gives the names.
struct CSVRecords: RecordParsing {
  private let source: ByteSource
  private var scanner: CSVScanner
  /// The bytes at hand; the next record begins at `start`.
  private var window: [UInt8] = []
  private var start = 0
  private var isLast = false
  private var line = 1
  private var number = 0
  private var hasEnded = false
  private var opening: CSVOpening
  private let comment: UInt8?
  private(set) var blankLines = 0
  private(set) var names: [String] = []
  private(set) var namePlaces: [(line: Int, column: Int)] = []
  var dialect: TextDialect { opening.dialect }
  var declaredTotal: DeclaredTotal? { nil }

  /// Reads the heading line.
  ///
  /// - Throws: `InputFault` where there is none, or where it is not sound.
  init(
    _ source: ByteSource, delimiter: Delimiter?, encoding: TextEncoding?, comment: UInt8?,
    limits: RecordLimits, dropsEmptyHeadings: Bool = true
  ) throws(InputFault) {
    self.source = source
    self.comment = comment
    opening = try CSVOpening(source, delimiter: delimiter, encoding: encoding, comment: comment)
    scanner = CSVScanner(delimiter: opening.dialect.delimiter ?? .comma, limits: limits)
    while window.count < opening.skippedBytes, try fill() {}
    start = opening.skippedBytes
    line += opening.skippedLines
    var headings = BulkRecord()
    switch try advance(&headings) {
    case .end: throw FaultWording.noHeadings
    case .invalid(let fault): throw fault
    case .record: break
    }
    opening.take(lineEnd: window[..<start].suffix(2))
    guard headings.count <= limits.fields else {
      throw FaultWording.tooManyFields(limits.fields, line: headings.line, column: 1, record: 0)
    }
    names = (0..<headings.count).map { headings.text(at: $0) }
    headings.fillPlaces(&namePlaces)
    while dropsEmptyHeadings, names.count > 1, names.last == "" {
      opening.takeTrailingField()
      names.removeLast()
      namePlaces.removeLast()
    }
    number = 0
  }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    if takePlain(&record) { return .record }
    let step = try advance(&record)
    guard case .record = step, record.count != names.count else {
      return trailing > 0 && step == .record ? ragged(record) : step
    }
    if trailing > 0, record.count == names.count + trailing {
      if let stray = (names.count..<record.count).first(where: { !record.isEmpty(at: $0) }) {
        let place = record.place(at: stray)
        return .invalid(
          FaultWording.trailingValue(
            line: place.line, column: place.column, record: record.number))
      }
      record.fields.removeLast(trailing)
      return .record
    }
    return ragged(record)
  }

  /// How many columns without a heading stand at the right.
  private var trailing: Int { dialect.trailingFields }

  /// Takes the next record if nothing about it is odd.
  private mutating func takePlain(_ record: inout BulkRecord) -> Bool {
    guard comment == nil, trailing == 0, record.fields.count == names.count,
      let end = scanner.plain(window.span, from: start, into: &record)
    else { return false }
    number += 1
    record.number = number
    record.line = line
    line += 1
    start = end
    return true
  }

  /// The fault of a row with another number of fields than the heading line.
  private func ragged(_ record: BulkRecord) -> RecordStep {
    let wanted = names.count + trailing
    // The place is the first field too many, or the end of a row that is too short.
    let place =
      record.count > wanted
      ? record.place(at: wanted)
      : advanced(
        line: record.line, column: record.column,
        over: record.bytes.span.extracting(0..<record.rawCount))
    return .invalid(
      FaultWording.ragged(
        record.count, wanted: wanted, line: place.line, column: place.column,
        record: record.number, seems: foreignDelimiter(in: record, wanted: wanted)))
  }

  /// The other delimiter that would give a row of one field the right number of them.
  private func foreignDelimiter(in record: BulkRecord, wanted: Int) -> Delimiter? {
    guard record.count == 1 else { return nil }
    let raw = record.bytes[..<record.rawCount]
    return Delimiter.allCases.first { other in
      other != dialect.delimiter && raw.count { $0 == other.rawValue } == wanted - 1
    }
  }

  /// The next record, however many fields it has.
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

  /// The fault with the heading of its field.
  private func named(_ fault: InputFault) -> InputFault {
    var fault = fault
    if fault.kind == .encodingBroken, dialect.encoding != .utf8 {
      fault = FaultWording.notDecodable(fault, from: dialect.encoding)
    }
    guard let index = scanner.faultField, index < names.count else { return fault }
    fault.field = names[index]
    return fault
  }

  /// The scanner and the bytes as two parameters, because it changes while it looks at them.
  private static func scan(
    _ scanner: inout CSVScanner, _ window: [UInt8], _ start: Int, _ isLast: Bool,
    _ record: inout BulkRecord
  ) -> CSVScanner.Outcome {
    scanner.scan(window.span, from: start, isLast: isLast, into: &record)
  }

  private func lineEnds(within record: BulkRecord) -> Int {
    advanced(line: 0, column: 1, over: record.bytes.span.extracting(0..<record.rawCount)).line
  }

  /// Reads on without keeping, until behind the next line end.
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

  /// Drops what was read and gets more; false at the end of the source.
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
