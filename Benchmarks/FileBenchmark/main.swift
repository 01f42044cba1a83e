// Reads a file, with or without the checks of rows, and prints the number of records: only what is measured.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel

private func fail(_ text: String) -> Never {
  FileHandle.standardError.write(Data((text + "\n").utf8))
  exit(1)
}

/// Reads and checks every row; all rows must be valid, because an invalid row costs more.
private func countRows(_ path: String) throws -> Int {
  let reader = try RowReader(path: path, options: InputOptions())
  var row = ReadRow()
  var count = 0
  while try reader.next(&row) {
    guard row.isValid, row.diagnostics.isEmpty else {
      fail("record \(row.record) is not sound: \(row.diagnostics.map(\.rendered))")
    }
    count += 1
  }
  return count
}

/// Reads records without examining them.
private func countRecords(_ path: String) throws -> Int {
  let reader = try RecordReader(
    ByteSource(path: path),
    shape: RecordShape(list: "PortGroupServers", record: "PortGroupServer"))
  var record = BulkRecord()
  var count = 0
  while true {
    switch try reader.next(&record) {
    case .end: return count
    case .invalid(let fault): fail("record \(record.number): \(fault.reason)")
    case .record: count += 1
    }
  }
}

private func run(_ arguments: [String]) throws {
  switch (arguments.first, arguments.count) {
  case ("rows", 2): print(try countRows(arguments[1]))
  case ("records", 2): print(try countRecords(arguments[1]))
  default: fail("usage: FileBenchmark rows|records FILE")
  }
}

try run(Array(CommandLine.arguments.dropFirst()))
