import XMLStreams

/// Reads the records of an XML source; the children of each record element are its fields.
///
/// The source holds a list, or a single record.
struct XMLRecords: RecordParsing {
  /// The innermost open level, which gives the next event its meaning.
  private enum Level {
    case root
    case list
    case record
    case field
  }

  private let source: ByteSource
  private let shape: RecordShape
  private let limits: RecordLimits
  private let parser: XMLPushParser
  /// Writes the raw text of records; reused for each.
  private let rawWriter = XMLTextWriter(indented: false)
  private var buffer: [UInt8] = []
  /// The events of the last chunk.
  private var batch = XMLBatch()
  private var nextEvent = 0
  private(set) var names: [String] = []
  /// The index of the record's name, once it is known.
  private var recordName: Int32?
  private var isFed = false
  /// The parser's error; it is thrown after the events before it are handled.
  private var failure: XMLError?
  private var hasEnded = false
  private var level = Level.root
  private var isSingleRecord = false
  /// The number of open elements that are ignored.
  private var ignoredDepth = 0
  private var number = 0
  private var listPlace = (line: 1, column: 1)
  /// The names of the current record's fields, one bit for each of the first 64.
  private var seen: UInt64 = 0
  /// The first fault of the current record.
  private var fault: InputFault?
  private(set) var declaredTotal: DeclaredTotal?
  /// The violations that were not yet returned to the caller; `batch` has later ones.
  private var violations: [InputFault] = []
  private var nextViolation = 0

  var namePlaces: [(line: Int, column: Int)] { [] }
  var blankLines: Int { 0 }
  let dialect: TextDialect

  init(
    _ source: ByteSource, encoding: TextEncoding?, schema: XMLSchema?, shape: RecordShape,
    limits: RecordLimits
  ) throws(InputFault) {
    let head = try source.peek(atLeast: 4096)
    let encoding = encoding?.resolved(for: head)
    if let encoding, !encoding.isKnown { throw InputFault(.file(.encodingUnknown(encoding.name))) }
    dialect = TextDialect(encoding: encoding ?? XMLRecords.encoding(of: head))
    self.source = source
    self.shape = shape
    self.limits = limits
    parser = XMLPushParser(
      limits: XMLLimits(textBytes: limits.fieldBytes),
      encoding: encoding?.name, schema: schema, flat: true)
  }

  /// Returns the encoding that the parser detects from the first bytes and the XML declaration.
  private static func encoding(of head: ArraySlice<UInt8>) -> TextEncoding {
    guard case .known(let name, _) = DocumentEncoding(Array(head.prefix(4096)), isWhole: true)
    else {
      return .utf8
    }
    return TextEncoding(word: name)
  }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    if hasEnded { return .end }
    do throws(InputFault) {
      while true {
        while nextEvent < batch.events.count {
          if level == .record, ignoredDepth == 0, takeFast(&record) { continue }
          let event = batch.events[nextEvent]
          nextEvent += 1
          if try take(event, &record) { return step(&record) }
        }
        if let failure {
          throw InputFault(
            .document(.malformedXML(failure.message, hint: failure.hint)),
            line: failure.position.line, column: failure.position.column,
            after: number - (isInRecord ? 1 : 0))
        }
        if isFed {
          hasEnded = true
          return .end
        }
        try feed()
      }
    } catch {
      hasEnded = true
      throw error
    }
  }

  private var isInRecord: Bool { level == .record || level == .field || ignoredDepth > 0 }

  private mutating func feed() throws(InputFault) {
    storeViolations()
    nextEvent = 0
    nextViolation = 0
    buffer.removeAll(keepingCapacity: true)
    isFed = try source.read(into: &buffer) == 0
    // A local variable, because `buffer` is also part of `self`.
    var filled = XMLBatch()
    swap(&filled, &batch)
    do throws(XMLError) {
      unsafe try parser.feed(buffer.span.bytes, final: isFed, into: &filled)
    } catch {
      failure = error
    }
    swap(&filled, &batch)
    guard names.count < parser.nameCount else { return }
    names = parser.names
    recordName = names.firstIndex(of: shape.record).map { Int32($0) }
  }

  mutating func takeViolations() -> [InputFault] {
    storeViolations()
    defer { violations.removeAll() }
    return violations
  }

  /// Stores the violations of the events handled so far.
  private mutating func storeViolations() {
    while nextViolation < batch.violations.count,
      batch.violations[nextViolation].event < nextEvent
    {
      let violation = batch.violations[nextViolation]
      nextViolation += 1
      violations.append(
        InputFault(
          .document(.violation(violation.message, element: violation.element)),
          line: violation.position.line, column: violation.position.column, record: number))
    }
  }

  /// Handles one event; returns whether it ends a record.
  private mutating func take(
    _ event: XMLBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> Bool {
    if ignoredDepth > 0 {
      switch event.kind {
      case .start, .open: ignoredDepth += 1
      case .end: ignoredDepth -= 1
      case .text, .element: break
      }
      return ignoredDepth == 0 && level == .list
    }
    switch event.kind {
    case .start: try start(event, &record)
    case .open: try startAndText(event, &record)
    case .element: return try element(event, &record)
    case .text: try text(event, &record)
    case .end:
      switch level {
      case .field:
        record.fields[record.fields.count - 1].upper = Int32(clamping: record.byteCount)
        level = .record
      case .record:
        level = isSingleRecord ? .root : .list
        return true
      case .list: level = .root
      case .root: break
      }
    }
    return false
  }

  /// Handles a start, a text and an end in one event; returns whether they end a record.
  private mutating func element(
    _ event: XMLBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> Bool {
    try startAndText(event, &record)
    var end = event
    end.kind = .end
    return try take(end, &record)
  }

  private mutating func startAndText(
    _ event: XMLBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) {
    var part = event
    part.kind = .start
    part.lower = 0
    part.upper = 0
    try start(part, &record)
    guard event.lower < event.upper else { return }
    part = event
    part.kind = .text
    _ = try take(part, &record)
  }

  /// Handles the next fields of the record on the fast path.
  ///
  /// - Returns: false if the next event needs the general path.
  private mutating func takeFast(_ record: inout BulkRecord) -> Bool {
    let first = batch.events[nextEvent]
    // The texts of these fields are adjacent in the batch; this is their offset in the record.
    let shift = Int32(truncatingIfNeeded: record.byteCount) &- first.lower
    let room = limits.fields - record.fields.count
    var end = nextEvent
    while end < batch.events.count, end - nextEvent < room {
      let event = batch.events[end]
      guard case .element = event.kind, Int(event.lower &+ shift) <= limits.recordBytes
      else { break }
      // Names after the first 64 have no bit.
      let bit: UInt64 = 1 << UInt64(event.name)
      guard bit != 0, seen & bit == 0 else { break }
      seen |= bit
      end += 1
    }
    guard end > nextEvent else { return false }
    record.append(batch.bytes.span.extracting(Int(first.lower)..<Int(batch.events[end - 1].upper)))
    record.fields.append(addingCapacity: end - nextEvent) { fields in
      for index in nextEvent..<end {
        let event = batch.events[index]
        fields.append(
          BulkRecord.Field(
            lower: event.lower &+ shift, upper: event.upper &+ shift, name: event.name,
            line: event.line, column: event.column))
      }
    }
    nextEvent = end
    return true
  }

  private mutating func start(_ event: XMLBatch.Event, _ record: inout BulkRecord)
    throws(InputFault)
  {
    let line = Int(event.line)
    let column = Int(event.column)
    switch level {
    case .root:
      let name = names[Int(event.name)]
      if name == shape.list {
        level = .list
        listPlace = (line, column)
        readTotal(event)
      } else if name == shape.record {
        isSingleRecord = true
        begin(event, &record)
      } else if failure == nil || nextEvent < batch.events.count {
        // Otherwise the document may end within this tag, and its name may be incomplete.
        throw InputFault(
          .document(.unexpectedRoot("<\(name)>", shape)), line: line, column: column)
      }
    case .list:
      begin(event, &record)
      if event.name != recordName {
        let name = names[Int(event.name)]
        fault = InputFault(
          .document(.notARecord("<\(name)>", shape)), line: line, column: column, record: number)
        ignoredDepth = 1
        level = .list
      }
    case .record: try startField(event, &record)
    case .field:
      guard let field = record.fields.last else { return }
      addFault(
        InputFault(
          .document(.nested(names[Int(field.name)])), line: line, column: column, record: number))
      ignoredDepth = 1
    }
  }

  private mutating func startField(
    _ event: XMLBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) {
    let line = Int(event.line)
    let column = Int(event.column)
    guard record.fields.count < limits.fields else {
      throw InputFault(
        .limit(.fields(limits.fields)), line: line, column: column, record: number)
    }
    refuseAttributes(event)
    if record.fields.contains(where: { $0.name == event.name }) {
      let name = names[Int(event.name)]
      addFault(
        InputFault(.document(.duplicate(name)), line: line, column: column, record: number))
    }
    if record.byteCount > limits.recordBytes {
      addFault(
        InputFault(
          .limit(.record(bytes: limits.recordBytes, isQuoted: false)), line: record.line,
          column: record.column, record: number))
      ignoredDepth = 1
      return
    }
    let lower = Int32(clamping: record.byteCount)
    record.fields.append(
      BulkRecord.Field(
        lower: lower, upper: lower, name: event.name, line: event.line, column: event.column))
    seen |= 1 << UInt64(event.name)
    level = .field
  }

  private mutating func text(_ event: XMLBatch.Event, _ record: inout BulkRecord) throws(InputFault)
  {
    let bytes = batch.bytes[Int(event.lower)..<Int(event.upper)]
    switch level {
    case .field: record.append(bytes.span)
    case .root: break
    case .record:
      guard bytes.contains(where: { $0 > 0x20 }) else { return }
      addFault(
        InputFault(
          .document(.looseText(shape.record)), line: record.line, column: record.column,
          record: number))
    case .list:
      guard bytes.contains(where: { $0 > 0x20 }) else { return }
      throw InputFault(
        .document(.looseText(shape.list)), line: listPlace.line, column: listPlace.column)
    }
  }

  private mutating func begin(_ event: XMLBatch.Event, _ record: inout BulkRecord) {
    number += 1
    fault = nil
    seen = 0
    record.clear()
    record.delimiter = nil
    record.number = number
    record.line = Int(event.line)
    record.column = Int(event.column)
    level = .record
    refuseAttributes(event)
  }

  private func step(_ record: inout BulkRecord) -> RecordStep {
    record.nameCount = names.count
    guard let fault else { return .record }
    return .invalid(fault)
  }

  private mutating func addFault(_ fault: InputFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// Adds a fault for an attribute, which would otherwise be ignored without a message.
  private mutating func refuseAttributes(_ event: XMLBatch.Event) {
    guard event.upper > event.lower else { return }
    let attribute = batch.attributes[Int(event.lower)]
    addFault(
      InputFault(
        .document(
          .attribute(names[Int(attribute.name)], element: names[Int(event.name)])),
        line: Int(event.line), column: Int(event.column), record: number))
  }

  /// Reads the list's `total`; other attributes are ignored.
  private mutating func readTotal(_ event: XMLBatch.Event) {
    for attribute in batch.attributes[Int(event.lower)..<Int(event.upper)]
    where names[Int(attribute.name)] == "total" {
      declaredTotal = DeclaredTotal(
        text: batch.text(attribute.lower, attribute.upper), line: Int(event.line),
        column: Int(event.column))
    }
  }

  func rawText(of record: BulkRecord) -> String {
    rawWriter.startElement(shape.record)
    for index in 0..<record.count {
      let name = names[record.name(at: index)]
      // What was read from XML can be written as XML.
      do throws(XMLWriterError) {
        try rawWriter.element(name, record.text(at: index))
      } catch {
        rawWriter.emptyElement(name)
      }
    }
    rawWriter.endElement()
    return String(decoding: rawWriter.takeBytes(), as: UTF8.self)
  }
}
