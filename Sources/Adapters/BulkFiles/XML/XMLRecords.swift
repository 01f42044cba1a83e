// Pulls records out of an XML list, or out of one record that stands alone.

import XMLStreams

/// XML as records: the children of each record element are its fields.
struct XMLRecords: RecordParsing {
  /// What the next event is about.
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
  private var buffer: [UInt8] = []
  /// The events of the last bytes, taken from the parser.
  private var batch = XMLBatch()
  private var nextEvent = 0
  private(set) var names: [String] = []
  /// The index of the record's own name, once it was met.
  private var recordName: Int32?
  private var isFed = false
  /// What libxml2 said; it is thrown when the events before it are used up.
  private var failure: XMLError?
  private var hasEnded = false
  private var level = Level.root
  private var isLone = false
  /// How many open elements are read over.
  private var ignored = 0
  private var number = 0
  private var listPlace = (line: 1, column: 1)
  /// The names of the current record's fields, a bit for each of the first 64.
  private var seen: UInt64 = 0
  /// The first thing wrong with the current record.
  private var fault: InputFault?
  private(set) var declaredTotal: DeclaredTotal?
  /// Violations of the schema that were met and not taken; `batch` holds later ones.
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
    let encoding = encoding?.resolved(by: head)
    if let encoding, !encoding.isKnown { throw FaultWording.encodingUnknown(encoding.name) }
    dialect = TextDialect(encoding: encoding ?? XMLRecords.encoding(of: head))
    self.source = source
    self.shape = shape
    self.limits = limits
    parser = XMLPushParser(
      limits: XMLLimits(textBytes: limits.fieldBytes),
      encoding: encoding?.name, schema: schema, flat: true)
  }

  /// What the first bytes or the XML declaration say; the parser finds the same by itself.
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
          if level == .record, ignored == 0, takePlain(&record) { continue }
          let event = batch.events[nextEvent]
          nextEvent += 1
          if try take(event, &record) { return step(&record) }
        }
        if let failure {
          throw FaultWording.malformed(
            .malformedXML, failure.message, hint: failure.hint, line: failure.position.line,
            column: failure.position.column, before: number - (isInRecord ? 1 : 0))
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

  private var isInRecord: Bool { level == .record || level == .field || ignored > 0 }

  private mutating func feed() throws(InputFault) {
    keepViolations()
    nextEvent = 0
    nextViolation = 0
    buffer.removeAll(keepingCapacity: true)
    isFed = try source.read(into: &buffer) == 0
    // Apart from `self`, of which the bytes are a part.
    var taken = XMLBatch()
    swap(&taken, &batch)
    do throws(XMLError) {
      unsafe try parser.feed(buffer.span.bytes, final: isFed, into: &taken)
    } catch {
      failure = error
    }
    swap(&taken, &batch)
    guard names.count < parser.nameCount else { return }
    names = parser.names
    recordName = names.firstIndex(of: shape.record).map { Int32($0) }
  }

  mutating func takeViolations() -> [InputFault] {
    keepViolations()
    defer { violations.removeAll() }
    return violations
  }

  /// Keeps the violations of the events that were taken.
  private mutating func keepViolations() {
    while nextViolation < batch.violations.count,
      batch.violations[nextViolation].event < nextEvent
    {
      let violation = batch.violations[nextViolation]
      nextViolation += 1
      violations.append(
        FaultWording.violation(
          violation.message, of: violation.element, line: violation.position.line,
          column: violation.position.column, record: number))
    }
  }

  /// Takes one event; true where it ends a record.
  private mutating func take(
    _ event: XMLBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> Bool {
    if ignored > 0 {
      switch event.kind {
      case .start, .open: ignored += 1
      case .end: ignored -= 1
      case .text, .element: break
      }
      return ignored == 0 && level == .list
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
        level = isLone ? .root : .list
        return true
      case .list: level = .root
      case .root: break
      }
    }
    return false
  }

  /// Takes a start, a text and an end in one; true where they end a record.
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

  /// Takes the whole fields of the record that come next, as long as nothing about them is odd.
  ///
  /// - Returns: False where the next event is none.
  private mutating func takePlain(_ record: inout BulkRecord) -> Bool {
    let first = batch.events[nextEvent]
    // Where the texts of these fields, which lie one behind the other, come to lie in the record.
    let shift = Int32(truncatingIfNeeded: record.byteCount) &- first.lower
    let room = limits.fields - record.fields.count
    var end = nextEvent
    while end < batch.events.count, end - nextEvent < room {
      let event = batch.events[end]
      guard case .element = event.kind, Int(event.lower &+ shift) <= limits.recordBytes
      else { break }
      // Names behind the first 64 have no bit.
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
        isLone = true
        begin(event, &record)
      } else if failure == nil || nextEvent < batch.events.count {
        // Else the tag itself may have been cut off, and its name with it.
        throw FaultWording.unexpectedRoot("<\(name)>", shape, line: line, column: column)
      }
    case .list:
      begin(event, &record)
      if event.name != recordName {
        let name = names[Int(event.name)]
        fault = FaultWording.noRecord(
          "<\(name)>", shape, line: line, column: column, record: number)
        ignored = 1
        level = .list
      }
    case .record:
      guard record.fields.count < limits.fields else {
        throw FaultWording.tooManyFields(
          limits.fields, line: line, column: column, record: number)
      }
      refuseAttributes(event)
      if record.fields.contains(where: { $0.name == event.name }) {
        let name = names[Int(event.name)]
        blame(FaultWording.duplicate(name, line: line, column: column, record: number))
      }
      if record.byteCount > limits.recordBytes {
        blame(
          FaultWording.recordTooLong(
            limits.recordBytes, line: record.line, column: record.column, record: number,
            quoted: false))
        ignored = 1
        return
      }
      let lower = Int32(clamping: record.byteCount)
      record.fields.append(
        BulkRecord.Field(
          lower: lower, upper: lower, name: event.name, line: event.line, column: event.column))
      seen |= 1 << UInt64(event.name)
      level = .field
    case .field:
      guard let field = record.fields.last else { return }
      blame(
        FaultWording.nested(
          names[Int(field.name)], line: line, column: column, record: number))
      ignored = 1
    }
  }

  private mutating func text(_ event: XMLBatch.Event, _ record: inout BulkRecord) throws(InputFault)
  {
    let bytes = batch.bytes[Int(event.lower)..<Int(event.upper)]
    switch level {
    case .field: record.append(bytes.span)
    case .root: break
    case .record:
      guard bytes.contains(where: { $0 > 0x20 }) else { return }
      blame(
        FaultWording.looseText(
          shape.record, line: record.line, column: record.column, record: number))
    case .list:
      guard bytes.contains(where: { $0 > 0x20 }) else { return }
      throw FaultWording.looseText(
        shape.list, line: listPlace.line, column: listPlace.column, record: 0)
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

  private mutating func blame(_ fault: InputFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// An attribute would be lost in silence.
  private mutating func refuseAttributes(_ event: XMLBatch.Event) {
    guard event.upper > event.lower else { return }
    let attribute = batch.attributes[Int(event.lower)]
    blame(
      FaultWording.attribute(
        names[Int(attribute.name)], on: names[Int(event.name)],
        line: Int(event.line), column: Int(event.column), record: number))
  }

  /// The list's `total`; its other attributes mean nothing.
  private mutating func readTotal(_ event: XMLBatch.Event) {
    for attribute in batch.attributes[Int(event.lower)..<Int(event.upper)]
    where names[Int(attribute.name)] == "total" {
      declaredTotal = DeclaredTotal(
        text: batch.text(attribute.lower, attribute.upper), line: Int(event.line),
        column: Int(event.column))
    }
  }

  /// The record as an element on one line; `writer` is not indented, and is used again and again.
  static func rawText(
    of record: BulkRecord, names: [String], shape: RecordShape, _ writer: XMLTextWriter
  ) -> String {
    writer.startElement(shape.record)
    for index in 0..<record.count {
      let name = names[record.name(at: index)]
      // What was read from XML can be written as XML.
      do throws(XMLWriterError) {
        try writer.element(name, record.text(at: index))
      } catch {
        writer.emptyElement(name)
      }
    }
    writer.endElement()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }
}
