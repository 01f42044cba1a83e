package import BulkFiles
package import PortGroupModel

/// The result of `inspect`: how a file is read.
///
/// The rows need not be valid, and no server is needed.
package struct FileInspection: Sendable {
  package let file: String
  package let format: BulkFormat
  package let dialect: TextDialect
  package let isCompressed: Bool
  /// The headings, elements or keys, and the column of each; `nil` for an unknown name.
  package private(set) var headings: [(name: String, column: Column?)] = []
  /// The number of valid records; `invalid` counts the others.
  package private(set) var records = 0
  package private(set) var invalid = 0
  package private(set) var blankLines = 0
  /// The `total` of an XML or JSON list.
  package private(set) var declaredTotal: String?
  /// The first records, with heading and text of each field.
  package private(set) var sample: [[(name: String, text: String)]] = []
  /// The first ten faults of the file or its records.
  package private(set) var faults: [Diagnostic] = []

  /// Reads a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - options: how to read the file.
  ///   - sampled: the number of records to keep in `sample`.
  /// - Throws: `InputFailure` if even the beginning of the file cannot be read.
  package init(path: String, options: InputOptions, sampled: Int = 3) throws(InputFailure) {
    let reader: RecordReader
    do throws(InputFault) {
      let source = try ByteSource(path: path)
      isCompressed = try source.isCompressed
      reader = try RecordReader(source, options)
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: path)])
    }
    file = path
    format = reader.format
    dialect = reader.dialect
    var used: Set<Int> = []
    do throws(InputFault) {
      try readAll(reader, sampled, &used)
    } catch {
      note(error)
    }
    blankLines = reader.blankLines
    declaredTotal = reader.declaredTotal?.text
    var map = ColumnMap(options)
    map.learn(reader.names)
    // In XML and JSON, the reader's names include those of the list and the records.
    headings = zip(reader.names, map.columns).enumerated()
      .filter { format.isTable || used.contains($0.offset) }.map(\.element)
  }

  private mutating func readAll(
    _ reader: RecordReader, _ sampled: Int, _ used: inout Set<Int>
  ) throws(InputFault) {
    var record = BulkRecord()
    while true {
      switch try reader.next(&record) {
      case .end: return
      case .invalid(let fault):
        invalid += 1
        note(fault)
      case .record:
        records += 1
        for index in 0..<record.count { used.insert(record.name(at: index)) }
        guard sample.count < sampled else { continue }
        sample.append(
          (0..<record.count).map { (reader.names[record.name(at: $0)], record.text(at: $0)) })
      }
    }
  }

  private mutating func note(_ fault: InputFault) {
    if faults.count < 10 { faults.append(FileComplaint.fault(fault, file: file)) }
  }
}

extension RecordReader {
  /// Opens a source with the user's options.
  convenience init(
    _ source: ByteSource, _ options: InputOptions, dropsEmptyHeadings: Bool = true
  ) throws(InputFault) {
    try self.init(
      source, format: options.format, delimiter: options.delimiter, encoding: options.encoding,
      comment: options.comment, shape: serverShape, limits: options.limits,
      dropsEmptyHeadings: dropsEmptyHeadings)
  }
}
