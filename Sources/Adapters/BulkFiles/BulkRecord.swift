// One record of input, flat and reused: bytes, the bounds of its fields, and where they stand.

/// One entry of a file, not yet understood.
///
/// The consumer owns it and gives it to every `next(_:)`, so that reading allocates nothing.
package struct BulkRecord: Sendable {
  /// One field: its bytes, its name's index, and its place where that is known already.
  package struct Field: Sendable {
    package internal(set) var lower: Int32
    package internal(set) var upper: Int32
    package internal(set) var name: Int32
    var line: Int32 = 0
    var column: Int32 = 0
  }

  /// From 1; the heading line is not counted.
  package internal(set) var number = 0
  /// The line where it begins, from 1.
  package internal(set) var line = 0
  /// The column where it begins, from 1.
  package internal(set) var column = 1
  /// The fields, in the order of the file.
  package internal(set) var fields: [Field] = []
  /// The fields' texts; for CSV the record as it was written, and behind it fields without their escapes.
  ///
  /// There may be more of them, left by a longer record.
  package private(set) var bytes: [UInt8] = []
  /// How many bytes this record has.
  package private(set) var byteCount = 0
  /// CSV: how many bytes the record as written has, line end not included.
  var rawCount = 0
  /// How many names its reader knew when it read this record.
  package internal(set) var nameCount = 0
  /// CSV: the delimiter, by which places are found when they are asked for.
  var delimiter: UInt8?

  /// Makes an empty record, to be filled by a reader.
  package init() {}

  /// How many fields it has.
  package var count: Int { fields.count }

  /// The index of the field's name in the reader's `names`.
  package func name(at index: Int) -> Int { Int(fields[index].name) }

  /// CSV: the record as it was written, line end not included.
  package var rawBytes: ArraySlice<UInt8> { bytes[..<rawCount] }

  /// True where the field holds no byte.
  package func isEmpty(at index: Int) -> Bool { fields[index].lower == fields[index].upper }

  /// The field as a string.
  package func text(at index: Int) -> String {
    String(decoding: bytes(at: index), as: UTF8.self)
  }

  /// The field's bytes; valid UTF-8.
  package func bytes(at index: Int) -> ArraySlice<UInt8> {
    bytes[Int(fields[index].lower)..<Int(fields[index].upper)]
  }

  /// Where the field begins, its quote included; for all fields `fillPlaces` is quicker.
  package func place(at index: Int) -> (line: Int, column: Int) {
    var places: [(line: Int, column: Int)] = []
    fillPlaces(&places)
    return places[index]
  }

  /// Puts where each field begins into `places`, in the order of the fields.
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
    // Behind delimiters that every line ends in stand no fields.
    if places.count > fields.count, !fields.isEmpty {
      places.removeLast(places.count - fields.count)
    }
  }

  /// Takes the record as it was written, in place of the one before; the fields are set already.
  mutating func overwrite(with raw: Span<UInt8>) {
    byteCount = 0
    append(raw)
    rawCount = raw.count
  }

  /// Adds bytes; made for the short ones, of which a file has millions.
  @inline(__always)
  mutating func append(_ text: Span<UInt8>) {
    if bytes.count - byteCount < text.count { grow(by: text.count) }
    let end = byteCount
    unsafe text.withUnsafeBytes { text in
      // There is room behind the record's bytes.
      unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyMemory(from: text)
      }
    }
    byteCount += text.count
  }

  private mutating func grow(by count: Int) {
    bytes.append(contentsOf: repeatElement(0, count: max(count, bytes.count, 256)))
  }

  /// Forgets the fields and keeps the memory.
  mutating func clear() {
    fields.removeAll(keepingCapacity: true)
    byteCount = 0
    rawCount = 0
  }
}

/// The place behind some text that begins at a place; LF, CRLF and CR end lines, columns count scalars.
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
