/// One record of a file as text: its bytes, and the bounds and places of its fields.
///
/// The caller owns it and passes it to every call of `next(_:)`. So reading a record allocates no memory.
package struct BulkRecord: Sendable {
  /// One field: the range of its bytes, the index of its name, and for XML and JSON its place.
  package struct Field: Sendable {
    package internal(set) var lower: Int32
    package internal(set) var upper: Int32
    package internal(set) var name: Int32
    var line: Int32 = 0
    var column: Int32 = 0
  }

  /// The number of the record, from 1; the heading line is not counted.
  package internal(set) var number = 0
  /// The line where the record begins, from 1.
  package internal(set) var line = 0
  /// The column where the record begins, from 1.
  package internal(set) var column = 1
  /// The fields, in the order of the file.
  package internal(set) var fields: [Field] = []
  /// The fields' texts; for CSV the record as written, followed by the unescaped text of fields with doubled quotes.
  ///
  /// Only the first `byteCount` bytes belong to this record.
  package private(set) var bytes: [UInt8] = []
  /// The number of bytes in use.
  package private(set) var byteCount = 0
  /// CSV: the length of the record as written, without the line end, in bytes.
  var rawCount = 0
  /// The number of names that the reader knew when it read this record.
  package internal(set) var nameCount = 0
  /// CSV: the delimiter, needed to compute places on demand.
  var delimiter: UInt8?

  /// Creates an empty record, to be filled by a reader.
  package init() {}

  /// The number of fields.
  package var count: Int { fields.count }

  /// Returns the index of a field's name in the reader's `names`.
  package func name(at index: Int) -> Int { Int(fields[index].name) }

  /// CSV: the record as written, without the line end.
  package var rawBytes: ArraySlice<UInt8> { bytes[..<rawCount] }

  /// Returns whether a field is empty.
  package func isEmpty(at index: Int) -> Bool { fields[index].lower == fields[index].upper }

  /// Returns a field as a string.
  package func text(at index: Int) -> String {
    String(decoding: bytes(at: index), as: UTF8.self)
  }

  /// Returns a field's bytes, which are valid UTF-8.
  package func bytes(at index: Int) -> ArraySlice<UInt8> {
    bytes[Int(fields[index].lower)..<Int(fields[index].upper)]
  }

  /// Returns the place where a field begins, including its quote; for all fields `fillPlaces` is faster.
  package func place(at index: Int) -> (line: Int, column: Int) {
    var places: [(line: Int, column: Int)] = []
    fillPlaces(&places)
    return places[index]
  }

  /// Replaces the content of `places` with the place where each field begins.
  package func fillPlaces(_ places: inout [(line: Int, column: Int)]) {
    places.removeAll(keepingCapacity: true)
    guard let delimiter else {
      for field in fields { places.append((Int(field.line), Int(field.column))) }
      return
    }
    var line = self.line
    var column = self.column
    var isQuoted = false
    places.append((line, column))
    for index in 0..<rawCount {
      let byte = bytes[index]
      switch byte {
      case 0x0A where index > 0 && bytes[index - 1] == 0x0D: continue
      case 0x0A, 0x0D:
        line += 1
        column = 1
      case 0x80...0xBF: continue
      default: column += 1
      }
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == delimiter, !isQuoted { places.append((line, column)) }
    }
    // The delimiters at the end of every line have no fields.
    if places.count > fields.count, !fields.isEmpty {
      places.removeLast(places.count - fields.count)
    }
  }

  /// Replaces the bytes with those of another record; the fields are already set.
  mutating func overwrite(with raw: Span<UInt8>) {
    byteCount = 0
    append(raw)
    rawCount = raw.count
  }

  /// Appends bytes; fast for short texts, because a file has millions of them.
  @inline(__always)
  mutating func append(_ text: Span<UInt8>) {
    if bytes.count - byteCount < text.count { grow(by: text.count) }
    let end = byteCount
    unsafe text.withUnsafeBytes { text in
      // There is room after the record's bytes.
      unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(from: text)
      }
    }
    byteCount += text.count
  }

  private mutating func grow(by count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 256)))
  }

  /// Removes the fields and keeps the memory.
  mutating func clear() {
    fields.removeAll(keepingCapacity: true)
    byteCount = 0
    rawCount = 0
  }
}

/// Returns the place after a text that begins at the given place.
///
/// LF, CRLF and CR end lines; columns count Unicode scalars.
func advanced(line: Int, column: Int, over text: Span<UInt8>) -> (line: Int, column: Int) {
  var line = line
  var column = column
  for index in text.indices {
    switch text[index] {
    case 0x0A:
      if index > 0, text[index - 1] == 0x0D { continue }
      line += 1
      column = 1
    case 0x0D:
      line += 1
      column = 1
    case 0x80...0xBF: continue
    default: column += 1
    }
  }
  return (line, column)
}
