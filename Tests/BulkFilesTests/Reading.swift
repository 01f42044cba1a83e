// Helpers of these tests: they read records from bytes and show them in a short notation.

import BulkFiles

let chunkSizes = [1, 2, 7, 1 << 16]
let shape = RecordShape(list: "Servers", record: "Server")

extension InputFault {
  /// The message of the XML or JSON parser; empty for other faults.
  var parserMessage: String {
    switch reason {
    case .document(.malformedXML(let message, _)), .document(.malformedJSON(let message, _)):
      message
    default: ""
    }
  }
}

/// Returns the records of a file, each as a text `line: name@line:column=value|…`.
///
/// An invalid record is `!line:column kind`; a fault that ends the file is `!!line:column kind`.
func read(
  _ bytes: [UInt8], chunk: Int, name: String = "x.csv", format: BulkFormat? = nil,
  delimiter: Delimiter? = nil, encoding: String? = nil, comment: UInt8? = nil,
  limits: RecordLimits = RecordLimits(), places: Bool = false
) -> [String] {
  var shown: [String] = []
  func show(_ fault: InputFault) -> String {
    "\(fault.line):\(fault.column) \(fault.kind.rawValue)"
  }
  do throws(InputFault) {
    let reader = try RecordReader(
      ByteSource(name: name, bytes: bytes, chunk: chunk), format: format, delimiter: delimiter,
      encoding: encoding.map { TextEncoding(word: $0) }, comment: comment, shape: shape,
      limits: limits)
    var record = BulkRecord()
    reading: while true {
      switch try reader.next(&record) {
      case .end: break reading
      case .invalid(let fault): shown.append("!" + show(fault))
      case .record:
        let fields = (0..<record.count).map { index in
          let place = record.place(at: index)
          return reader.names[record.name(at: index)]
            + (places ? "@\(place.line):\(place.column)" : "") + "=" + record.text(at: index)
        }
        shown.append((places ? "\(record.line): " : "") + fields.joined(separator: "|"))
      }
    }
  } catch {
    shown.append("!!" + show(error))
  }
  return shown
}

func read(
  _ text: String, chunk: Int, name: String = "x.csv", format: BulkFormat? = nil,
  delimiter: Delimiter? = nil, comment: UInt8? = nil, limits: RecordLimits = RecordLimits(),
  places: Bool = false
) -> [String] {
  read(
    Array(text.utf8), chunk: chunk, name: name, format: format, delimiter: delimiter,
    comment: comment, limits: limits, places: places)
}
