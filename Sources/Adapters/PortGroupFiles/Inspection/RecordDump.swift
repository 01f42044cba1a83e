import BulkFiles
import PortGroupModel

/// Reads a file with any content: CSV record by record; XML and JSON are only checked to be well-formed.
package enum RecordDump {
  /// Calls a closure with the fields of each record of a CSV file, beginning with the heading line.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - options: how to read the file.
  ///   - each: called for each record; never for XML and JSON.
  /// - Throws: `InputFailure` at the first fault.
  package static func run(
    path: String, options: InputOptions, each: ([String]) -> Void
  ) throws(InputFailure) {
    do throws(InputFault) {
      let source = try ByteSource(path: path)
      let format = try source.format(unlessGiven: options.format)
      guard format.isTable else {
        return try checkWellFormed(
          source, format, encoding: options.encoding, limits: options.limits)
      }
      var options = options
      options.format = format
      let reader = try RecordReader(source, options, dropsEmptyHeadings: false)
      each(reader.names)
      var record = BulkRecord()
      while true {
        switch try reader.next(&record) {
        case .end: return
        case .invalid(let fault): throw fault
        case .record: each((0..<record.count).map { record.text(at: $0) })
        }
      }
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: path)])
    }
  }
}
