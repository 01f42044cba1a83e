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
  private(set) var blankLines = 0
  private(set) var names: [String] = []
  private(set) var namePlaces: [(line: Int, column: Int)] = []
  var delimiter: Delimiter? { scanner.delimiter }
  var declaredTotal: DeclaredTotal? { nil }

  /// Reads the heading line.
  ///
  /// - Throws: `InputFault` where there is none, or where it is not sound.
  init(_ source: ByteSource, delimiter: Delimiter?, limits: RecordLimits) throws(InputFault) {
    self.source = source
    let head = try source.peek(atLeast: 4096)
    if CSVRecords.isUTF16(head) { throw FaultWording.isUTF16 }
    let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head
    let firstLine = text.drop { $0 == 0x0A || $0 == 0x0D }
    scanner = CSVScanner(
      delimiter: delimiter ?? Delimiter.detected(in: firstLine), limits: limits)
    while window.count < 3, try fill() {}
    if window.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    var headings = BulkRecord()
    switch try advance(&headings) {
    case .end: throw FaultWording.noHeadings
    case .invalid(let fault): throw fault
    case .record: break
    }
    guard headings.count <= limits.fields else {
      throw FaultWording.tooManyFields(limits.fields, line: headings.line, column: 1, record: 0)
    }
    for index in 0..<headings.count {
      names.append(headings.text(at: index))
      namePlaces.append(headings.place(at: index))
    }
    number = 0
  }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    let step = try advance(&record)
    guard case .record = step, record.count != names.count else { return step }
    // The place is the first field too many, or the end of a row that is too short.
    let place =
      record.count > names.count
      ? record.place(at: names.count)
      : advanced(
        line: record.line, column: record.column,
        over: record.bytes.span.extracting(0..<record.rawCount))
    return .invalid(
      FaultWording.ragged(
        record.count, wanted: names.count, line: place.line, column: place.column,
        record: record.number))
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
    guard let index = scanner.faultField, index < names.count else { return fault }
    var fault = fault
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

  /// A UTF-16 mark, or NUL bytes in every other place as UTF-16 has them.
  private static func isUTF16(_ head: ArraySlice<UInt8>) -> Bool {
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return true }
    let four = Array(head.prefix(4))
    guard four.count == 4 else { return false }
    return (four[0] == 0 && four[2] == 0 && four[1] != 0)
      || (four[1] == 0 && four[3] == 0 && four[0] != 0)
  }
}
