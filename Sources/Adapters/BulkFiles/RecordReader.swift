// The one way to read records out of any bulk file, pulled one at a time.

package import XMLStreams

/// What a pull gave.
package enum RecordStep: Sendable, Equatable {
  /// The record has been filled.
  case record
  /// The next record is wrong as a whole; reading goes on behind it.
  ///
  /// CSV: the record given holds its bytes as written, no fields.
  case invalid(InputFault)
  case end
}

/// How many records a list says that it has.
package struct DeclaredTotal: Sendable, Equatable {
  /// As written.
  package var text: String
  package var line: Int
  package var column: Int
}

/// What each format's reader does; a struct, so that its state costs no access checks.
protocol RecordParsing {
  /// The names met so far; records refer to them by index.
  var names: [String] { get }
  /// CSV: where each heading stands.
  var namePlaces: [(line: Int, column: Int)] { get }
  var blankLines: Int { get }
  var dialect: TextDialect { get }
  var declaredTotal: DeclaredTotal? { get }

  mutating func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep

  /// What a schema does not allow, of the records up to the last one given.
  mutating func takeViolations() -> [InputFault]
}

extension RecordParsing {
  mutating func takeViolations() -> [InputFault] { [] }
}

/// Reads the records of one file in CSV, XML or JSON, plain or packed with gzip.
package final class RecordReader {
  /// The input as the user named it; `-` for standard input.
  package let file: String
  /// As told by content or name, or as given.
  package let format: BulkFormat
  private let shape: RecordShape
  private let rawWriter = XMLTextWriter(indented: false)
  /// Not checked for overlapping accesses, which would cost each record more than its quotes do.
  ///
  /// Safe, for what is called back while it reads is `Sendable` and cannot hold this reader.
  @exclusivity(unchecked) private var parser: any RecordParsing
  private var count = 0

  /// Tells the format and reads what comes before the first record.
  ///
  /// - Parameters:
  ///   - source: the bytes.
  ///   - format: overrides what content and name tell.
  ///   - delimiter: overrides what the heading line tells; CSV only.
  ///   - encoding: overrides what the first bytes, or an XML declaration, tell; not for JSON.
  ///   - comment: with what the comment lines of CSV begin; without it there are none.
  ///   - schema: what the document must be like besides; XML only, another format is a fault then.
  ///   - shape: the names of list and record; XML and JSON only.
  ///   - limits: what one record may hold.
  ///   - dropsEmptyHeadings: whether columns without a heading at the right are no columns, as long as they are empty;
  ///     CSV only.
  /// - Throws: `InputFault` where the file is empty, its format unknown, or its heading line not sound.
  package init(
    _ source: ByteSource, format: BulkFormat? = nil, delimiter: Delimiter? = nil,
    encoding: TextEncoding? = nil, comment: UInt8? = nil, schema: XMLSchema? = nil,
    shape: RecordShape,
    limits: RecordLimits = RecordLimits(), dropsEmptyHeadings: Bool = true
  ) throws(InputFault) {
    let format = try source.format(unlessGiven: format)
    if schema != nil, format != .xml { throw FaultWording.schemaIsForXML(format) }
    file = source.name
    self.format = format
    self.shape = shape
    unsafe parser =
      switch format {
      case .csv:
        try CSVRecords(
          source, delimiter: delimiter, encoding: encoding, comment: comment, limits: limits,
          dropsEmptyHeadings: dropsEmptyHeadings)
      case .xml:
        try XMLRecords(source, encoding: encoding, schema: schema, shape: shape, limits: limits)
      case .json: try JSONRecords(source, encoding: encoding, shape: shape, limits: limits)
      }
    names = unsafe parser.names
  }

  /// Headings, element names or keys; XML and JSON add new ones as they are met.
  package private(set) var names: [String]

  /// Where the headings of a CSV file stand, in the order of `names`.
  package var namePlaces: [(line: Int, column: Int)] { unsafe parser.namePlaces }

  /// Blank lines of a CSV file so far; they are skipped.
  package var blankLines: Int { unsafe parser.blankLines }

  /// How the file is written.
  package var dialect: TextDialect { unsafe parser.dialect }

  /// `total` of XML or `@total` of JSON, once it was met.
  package var declaredTotal: DeclaredTotal? { unsafe parser.declaredTotal }

  /// Fills `record` with the next record.
  ///
  /// - Throws: `InputFault` where nothing behind can be read any more; every later call gives the end.
  package func next(_ record: inout BulkRecord) throws(InputFault) -> RecordStep {
    let step: RecordStep
    do throws(InputFault) {
      step = try unsafe parser.next(&record)
    } catch {
      throw error.kind == .compressionBroken ? FaultWording.broken(error, before: count) : error
    }
    if case .end = step {} else { count += 1 }
    // CSV has no names but its headings.
    if format != .csv, record.nameCount > names.count { names = unsafe parser.names }
    return step
  }

  /// What the schema does not allow of the records up to the last one given; each fault is given once.
  package func takeViolations() -> [InputFault] { unsafe parser.takeViolations() }

  /// A record as text in the file's own format, on one line for XML and JSON, for rejects and ledgers.
  package func rawText(of record: BulkRecord) -> String {
    switch format {
    case .csv: String(decoding: record.bytes[..<record.rawCount], as: UTF8.self)
    case .xml: XMLRecords.rawText(of: record, names: names, shape: shape, rawWriter)
    case .json: JSONRecords.rawText(of: record, names: names)
    }
  }
}
