// What libFuzzer calls: bytes are read as one format, in one piece and in small ones, and must tell the same.

import BulkFiles

/// The format comes from the program's own name at build time: one program a format.
#if FUZZ_XML
  private let format = BulkFormat.xml
#elseif FUZZ_JSON
  private let format = BulkFormat.json
#else
  private let format = BulkFormat.csv
#endif

/// Everything that reading tells, as one text.
private func told(_ bytes: [UInt8], chunk: Int) -> String {
  var text = ""
  do throws(InputFault) {
    let reader = try RecordReader(
      ByteSource(name: "fuzz", bytes: bytes, chunk: chunk), format: format,
      shape: RecordShape(list: "Servers", record: "Server"),
      limits: RecordLimits(fieldBytes: 4096, recordBytes: 16384, fields: 100))
    var record = BulkRecord()
    var places: [(line: Int, column: Int)] = []
    while true {
      switch try reader.next(&record) {
      case .end: return text
      case .invalid(let fault): text += "!\(fault.kind.rawValue) \(fault.line):\(fault.column)\n"
      case .record:
        record.fillPlaces(&places)
        precondition(places.count == record.count, "each field has its place")
        text += "\(record.line)"
        for index in 0..<record.count {
          text += " \(places[index].line):\(places[index].column) \(record.text(at: index))"
        }
        text += "\n\(reader.rawText(of: record))\n"
      }
    }
  } catch {
    // Where libxml2 stops, and after which record, depends on the cut.
    return format == .xml ? "" : text + "!!\(error.kind.rawValue) \(error.line):\(error.column)\n"
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let whole = told(bytes, chunk: 1 << 16)
  for chunk in [1, 7] where told(bytes, chunk: chunk) != whole {
    fatalError("read in pieces of \(chunk) bytes the file tells something else")
  }
  return 0
}
