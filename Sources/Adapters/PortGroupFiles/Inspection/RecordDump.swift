// Every record of any CSV file as JSON, for other programs and for foreign test files.

import BulkFiles
import PortGroupModel

/// Reads a file of any content: CSV record by record, XML and JSON only to see whether they are sound.
package enum RecordDump {
  /// Gives each record of a CSV file, the heading line first, as the texts of its fields.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard input.
  ///   - options: how it is to be read.
  ///   - each: called for each record; never for XML and JSON.
  /// - Throws: `InputFailure` at the first place where the file is not sound.
  package static func run(
    path: String, options: InputOptions, each: ([String]) -> Void
  ) throws(InputFailure) {
    do throws(InputFault) {
      let source = try ByteSource(path: path)
      let format = try source.format(unlessGiven: options.format)
      guard format == .csv else {
        return try checkWellFormed(
          source, format, encoding: options.encoding, limits: options.limits)
      }
      var options = options
      options.format = .csv
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
