package import XMLStreams

/// The result of reading the next record.
package enum RecordStep: Sendable, Equatable {
  /// The record is filled.
  case record
  /// The record is invalid; the next call continues after it.
  ///
  /// CSV: the record holds its bytes as written, but no fields.
  case invalid(InputFault)
  case end
}

/// The number of records that a list declares.
package struct DeclaredTotal: Sendable, Equatable {
  /// The number as written.
  package var text: String
  package var line: Int
  package var column: Int
}

/// The reader of one format; implemented by structs, because their state needs no exclusivity checks.
protocol RecordParsing {
  /// The names so far; records refer to them by index.
  var names: [String] { get }
  /// CSV: the place of each heading.
  var namePlaces: [(line: Int, column: Int)] { get }
  var blankLines: Int { get }
  var dialect: TextDialect { get }
  var declaredTotal: DeclaredTotal? { get }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep

  /// Returns the violations of the schema in the records read so far, each once.
  mutating func takeViolations() -> [InputFault]

  /// Returns a record as text in the file's format, on one line unless a cell of a table has several lines.
  func rawText(of record: BulkRecord) -> String
}

extension RecordParsing {
  mutating func takeViolations() -> [InputFault] { [] }
}

/// Reads the records of one file of any format, plain or compressed with gzip.
package final class RecordReader {
  /// The input as the user named it; `-` for standard input.
  package let file: String
  /// The detected or given format.
  package let format: BulkFormat
  private let isTable: Bool
  /// The format's reader, without exclusivity checks, which would take more time than parsing the quotes of a record.
  ///
  /// This is safe, because the closures that it calls while reading are `Sendable` and cannot contain this reader.
  @exclusivity(unchecked) private var parser: any RecordParsing
  private var count = 0

  /// Detects the format and reads what precedes the first record.
  ///
  /// - Parameters:
  ///   - source: the bytes.
  ///   - format: overrides the format detected from content and name.
  ///   - delimiter: overrides the delimiter found in the heading line; CSV only.
  ///   - encoding: overrides the encoding detected from the first bytes or the XML declaration. JSON must be UTF-8 or
  ///     UTF-16 in any case.
  ///   - comment: the first byte of comment lines in CSV; without it there are no comments.
  ///   - schema: the schema to check the document against; with CSV or JSON it is a fault.
  ///   - shape: the names of list and record; XML and JSON only.
  ///   - limits: the limits for one record.
  ///   - dropsEmptyHeadings: whether empty columns without a heading at the right are ignored; CSV only.
  /// - Throws: `InputFault` if the file is empty, its format unknown, or its heading line invalid.
  package init(
    _ source: ByteSource, format: BulkFormat? = nil, delimiter: Delimiter? = nil,
    encoding: TextEncoding? = nil, comment: UInt8? = nil, schema: XMLSchema? = nil,
    shape: RecordShape,
    limits: RecordLimits = RecordLimits(), dropsEmptyHeadings: Bool = true
  ) throws(InputFault) {
    let format = try source.format(unlessGiven: format)
    if schema != nil, format != .xml { throw InputFault(.file(.schemaIsForXML(format))) }
    file = source.name
    self.format = format
    isTable = format.isTable
    unsafe parser = try format.definition.reader(
      source,
      ReaderOptions(
        delimiter: delimiter, encoding: encoding, comment: comment, schema: schema, shape: shape,
        limits: limits, dropsEmptyHeadings: dropsEmptyHeadings))
    names = unsafe parser.names
  }

  /// The headings, element names or keys; XML and JSON add new ones while they are read.
  package private(set) var names: [String]

  /// The places of the headings of a CSV file, in the order of `names`.
  package var namePlaces: [(line: Int, column: Int)] { unsafe parser.namePlaces }

  /// The number of blank lines skipped in a CSV file so far.
  package var blankLines: Int { unsafe parser.blankLines }

  /// The file's encoding, line ends and delimiter.
  package var dialect: TextDialect { unsafe parser.dialect }

  /// The `total` of XML or `@total` of JSON, once it was read.
  package var declaredTotal: DeclaredTotal? { unsafe parser.declaredTotal }

  /// Reads the next record into `record`.
  ///
  /// - Throws: `InputFault` if the rest of the file cannot be read; every later call returns `.end`.
  package func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    let step: RecordStep
    do throws(InputFault) {
      step = try unsafe parser.next(&record)
    } catch {
      var fault = error
      if fault.kind == .compressionBroken {
        fault.record = count + 1
        fault.recordsBefore = count
      }
      throw fault
    }
    if case .end = step {} else { count += 1 }
    // The names of a table do not change after the heading line.
    if !isTable, record.nameCount > names.count { names = unsafe parser.names }
    return step
  }

  /// Returns the violations of the schema in the records read so far, each once.
  package func takeViolations() -> [InputFault] { unsafe parser.takeViolations() }

  /// Returns a record as text in the file's format, on one line for XML and JSON, for rejects files and ledgers.
  package func rawText(of record: BulkRecord) -> String { unsafe parser.rawText(of: record) }
}
