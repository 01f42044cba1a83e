import JSONStreams

/// Reads the records of a JSON source; the members of each record object are its fields.
///
/// The source holds the API's list, one object, an array of objects, or JSON Lines.
struct JSONRecords: RecordParsing {
  /// A level of the document, which gives the next event its meaning.
  private enum Level {
    /// Outside all values.
    case top
    /// In an outermost object before its first key, which shows whether it is a list or a record.
    case undecided
    /// After the key with the list's name, which a converter from XML adds.
    case list
    /// In the object with that key.
    case outer
    /// In the API's list object.
    case wrapper
    /// After the list object's key `@total`.
    case total
    /// After the list object's record key.
    case records
    /// In an array of records.
    case array
    case record
    /// After a record's key.
    case field
  }

  private let source: ByteSource
  private let shape: RecordShape
  private let limits: RecordLimits
  private var parser: JSONParser
  private var buffer: [UInt8] = []
  private var nextEvent = 0
  private var isFed = false
  private var isFirstBytes = true
  private var failure: JSONError?
  private var hasEnded = false
  /// The open levels, outermost first; never empty.
  private var levels: [Level] = [.top]
  /// The number of open objects and arrays that are ignored.
  private var ignoredDepth = 0
  private var number = 0
  /// The names of the current record's fields, one bit for each of the first 64.
  private var seen: UInt64 = 0
  private var fault: InputFault?
  /// The keys of the list object so far.
  private var wrapperKeys: Set<String> = []
  private var indexOfName: [[UInt8]: Int32] = [:]
  private var nameBytes: [[UInt8]] = []
  private(set) var names: [String] = []
  private(set) var declaredTotal: DeclaredTotal?

  var namePlaces: [(line: Int, column: Int)] { [] }
  var blankLines: Int { 0 }
  let dialect = TextDialect()

  init(
    _ source: ByteSource, encoding: TextEncoding?, shape: RecordShape, limits: RecordLimits
  ) throws(InputFault) {
    try source.decodeJSON(from: encoding)
    self.source = source
    self.shape = shape
    self.limits = limits
    parser = JSONParser(limits: JSONLimits(tokenBytes: limits.fieldBytes), framing: .sequence)
  }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    if hasEnded { return .end }
    do throws(InputFault) {
      while true {
        while nextEvent < parser.batch.events.count {
          if takeFast(&record) { continue }
          let event = parser.batch.events[nextEvent]
          nextEvent += 1
          if let step = try take(event, &record) { return step }
        }
        if let failure {
          throw InputFault(
            .document(.malformedJSON(failure.message, hint: failure.hint)),
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

  private var isInRecord: Bool { levels.contains(.record) }

  private mutating func feed() throws(InputFault) {
    parser.batch.removeAll()
    nextEvent = 0
    buffer.removeAll(keepingCapacity: true)
    if isFirstBytes {
      isFirstBytes = false
      while buffer.count < 3, try source.read(into: &buffer) > 0 {}
      if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.removeFirst(3) }
    }
    if buffer.isEmpty { isFed = try source.read(into: &buffer) == 0 }
    do throws(JSONError) {
      let bytes = buffer
      unsafe try parser.feed(bytes.span.bytes, final: isFed)
    } catch {
      failure = error
    }
  }

  /// Handles one event; returns a step if it ends a record.
  private mutating func take(
    _ event: JSONBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> RecordStep? {
    if ignoredDepth > 0 {
      switch event.kind {
      case .beginObject, .beginArray: ignoredDepth += 1
      case .endObject, .endArray: ignoredDepth -= 1
      default: break
      }
      return ignoredDepth == 0 ? endIgnoredValue(&record) : nil
    }
    switch levels.last ?? .top {
    case .top: return try top(event, &record)
    case .undecided: return try undecided(event, &record)
    case .list:
      levels.removeLast()
      return try top(event, &record)
    case .outer:
      guard event.kind == .endObject else { throw unexpected(event) }
      levels.removeLast()
    case .wrapper: try wrapper(event)
    case .total:
      levels.removeLast()
      if event.kind != .string, event.kind != .number { throw unexpected(event) }
      declaredTotal = DeclaredTotal(
        text: parser.batch.text(event), line: event.position.line, column: event.position.column)
    case .records:
      levels.removeLast()
      guard event.kind == .beginArray else {
        return begin(event, &record)
      }
      levels.append(.array)
    case .array:
      guard event.kind == .endArray else {
        return begin(event, &record)
      }
      levels.removeLast()
    case .record:
      if event.kind == .endObject {
        levels.removeLast()
        return endRecord(&record)
      }
      try key(event, &record)
    case .field: return field(event, &record)
    }
    return nil
  }

  private mutating func top(
    _ event: JSONBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> RecordStep? {
    switch event.kind {
    case .beginArray:
      levels.append(.array)
      return nil
    case .beginObject:
      levels.append(.undecided)
      record.line = event.position.line
      record.column = event.position.column
      return nil
    default: throw unexpected(event)
    }
  }

  /// Handles the first event of an outermost object, whose first key decides what it is.
  private mutating func undecided(
    _ event: JSONBatch.Event, _ record: inout BulkRecord
  ) throws(InputFault) -> RecordStep? {
    levels.removeLast()
    let text = event.kind == .key ? parser.batch.text(event) : ""
    if text == shape.list {
      levels += [.outer, .list]
      return nil
    }
    if text == "@total" || text == shape.record {
      levels.append(.wrapper)
      wrapperKeys.removeAll()
      try wrapper(event)
      return nil
    }
    start(line: record.line, column: record.column, &record)
    return try take(event, &record)
  }

  private mutating func wrapper(_ event: JSONBatch.Event) throws(InputFault) {
    guard event.kind == .key else {
      levels.removeLast()
      return
    }
    let key = parser.batch.text(event)
    guard wrapperKeys.insert(key).inserted else {
      throw InputFault(
        .document(.duplicateInList(key)), line: event.position.line,
        column: event.position.column)
    }
    switch key {
    case "@total": levels.append(.total)
    case shape.record: levels.append(.records)
    default: throw unexpected(event)
    }
  }

  /// Handles a value where a record should begin.
  private mutating func begin(_ event: JSONBatch.Event, _ record: inout BulkRecord) -> RecordStep? {
    start(line: event.position.line, column: event.position.column, &record)
    if event.kind == .beginObject { return nil }
    addFault(
      InputFault(
        .document(.notARecord(shown(event), shape)), line: event.position.line,
        column: event.position.column,
        record: number))
    if event.kind == .beginArray {
      ignoredDepth = 1
      return nil
    }
    levels.removeLast()
    return endRecord(&record)
  }

  private mutating func start(line: Int, column: Int, _ record: inout BulkRecord) {
    number += 1
    fault = nil
    seen = 0
    record.clear()
    record.delimiter = nil
    record.number = number
    record.line = line
    record.column = column
    levels.append(.record)
  }

  private mutating func key(_ event: JSONBatch.Event, _ record: inout BulkRecord) throws(InputFault)
  {
    guard record.fields.count < limits.fields, names.count <= limits.fields else {
      throw InputFault(
        .limit(.fields(limits.fields)), line: event.position.line,
        column: event.position.column, record: number)
    }
    let name = index(of: event, after: record.fields.last?.name ?? -1)
    if record.fields.contains(where: { $0.name == name }) {
      addFault(
        InputFault(
          .document(.duplicate(parser.batch.text(event))), line: event.position.line,
          column: event.position.column, record: number))
    }
    seen |= 1 << UInt64(name)
    let lower = Int32(clamping: record.byteCount)
    record.fields.append(
      BulkRecord.Field(
        lower: lower, upper: lower, name: name, line: Int32(clamping: event.position.line),
        column: Int32(clamping: event.position.column)))
    levels.append(.field)
  }

  /// Handles a key and its text on the fast path; false if they need the general path.
  @inline(__always)
  private mutating func takeFast(_ record: inout BulkRecord) -> Bool {
    guard ignoredDepth == 0, levels[levels.count - 1] == .record,
      nextEvent + 1 < parser.batch.events.count,
      case .key = parser.batch.events[nextEvent].kind,
      record.fields.count < limits.fields, names.count <= limits.fields
    else { return false }
    let value = parser.batch.events[nextEvent + 1]
    switch value.kind {
    case .string, .number: break
    default: return false
    }
    let name = index(of: parser.batch.events[nextEvent], after: record.fields.last?.name ?? -1)
    let bit: UInt64 = 1 << UInt64(name)
    guard bit != 0, seen & bit == 0,
      record.byteCount + (value.upper - value.lower) <= limits.recordBytes
    else { return false }
    seen |= bit
    nextEvent += 2
    let lower = Int32(truncatingIfNeeded: record.byteCount)
    record.append(parser.batch.bytes.span.extracting(value.lower..<value.upper))
    record.fields.append(
      BulkRecord.Field(
        lower: lower, upper: Int32(truncatingIfNeeded: record.byteCount), name: name,
        line: Int32(clamping: value.position.line), column: Int32(clamping: value.position.column)))
    return true
  }

  private mutating func field(_ event: JSONBatch.Event, _ record: inout BulkRecord) -> RecordStep? {
    let last = record.fields.count - 1
    switch event.kind {
    case .string, .number:
      record.append(parser.batch.bytes.span.extracting(event.lower..<event.upper))
    case .`true`: record.append("true".utf8.span)
    case .`false`: record.append("false".utf8.span)
    case .null: break
    default:
      let name = names[Int(record.fields[last].name)]
      addFault(
        InputFault(
          .document(.nested(name)), line: event.position.line, column: event.position.column,
          record: number))
      ignoredDepth = 1
      return nil
    }
    record.fields[last].line = Int32(clamping: event.position.line)
    record.fields[last].column = Int32(clamping: event.position.column)
    record.fields[last].upper = Int32(clamping: record.byteCount)
    if record.byteCount > limits.recordBytes {
      addFault(
        InputFault(
          .limit(.record(bytes: limits.recordBytes, isQuoted: false)), line: record.line,
          column: record.column, record: number))
      record.clear()
    }
    levels.removeLast()
    return nil
  }

  /// Handles the end of an ignored value: a field's value, or one in the place of a record.
  private mutating func endIgnoredValue(_ record: inout BulkRecord) -> RecordStep? {
    let level = levels.removeLast()
    return level == .record ? endRecord(&record) : nil
  }

  private func endRecord(_ record: inout BulkRecord) -> RecordStep {
    record.nameCount = names.count
    guard let fault else { return .record }
    return .invalid(fault)
  }

  private mutating func addFault(_ fault: InputFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// Returns the index of a key, adding it if it is new.
  private mutating func index(of event: JSONBatch.Event, after previous: Int32) -> Int32 {
    // Most records have the same keys in the same order; a missing key is more frequent than another order.
    for next in Int(previous) + 1..<max(min(Int(previous) + 3, nameBytes.count), Int(previous) + 1)
    where isKey(event, nameBytes[next]) { return Int32(next) }
    let bytes = Array(parser.batch.bytes[event.lower..<event.upper])
    if let known = indexOfName[bytes] { return known }
    let index = Int32(names.count)
    names.append(parser.batch.text(event))
    nameBytes.append(bytes)
    indexOfName[bytes] = index
    return index
  }

  private func isKey(_ event: JSONBatch.Event, _ name: [UInt8]) -> Bool {
    let key = parser.batch.bytes.span.extracting(event.lower..<event.upper)
    guard key.count == name.count else { return false }
    let name = name.span
    for index in name.indices where key[index] != name[index] { return false }
    return true
  }

  private func shown(_ event: JSONBatch.Event) -> String {
    switch event.kind {
    case .beginObject, .endObject: "an object"
    case .beginArray, .endArray: "an array"
    case .key, .string, .number: "\"\(parser.batch.text(event))\""
    case .`true`: "true"
    case .`false`: "false"
    case .null: "null"
    }
  }

  private func unexpected(_ event: JSONBatch.Event) -> InputFault {
    InputFault(
      .document(.unexpectedRoot(shown(event), shape)), line: event.position.line,
      column: event.position.column)
  }

  func rawText(of record: BulkRecord) -> String {
    var writer = JSONTextWriter()
    writer.beginObject()
    for index in 0..<record.count {
      writer.key(names[record.name(at: index)])
      writer.string(record.text(at: index))
    }
    writer.endObject()
    return String(decoding: writer.takeBytes(), as: UTF8.self)
  }
}
