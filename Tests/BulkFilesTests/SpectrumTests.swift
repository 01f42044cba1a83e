// The public csv-spectrum cases, each at every chunk size, if their folder exists.

import BulkFiles
import Foundation
import Testing

/// `$CUPIBULK_SUITES/csv-spectrum`, or `../shared/suites/csv-spectrum` next to the package.
private let folder: String = {
  if let suites = ProcessInfo.processInfo.environment["CUPIBULK_SUITES"] {
    return suites + "/csv-spectrum"
  }
  return URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/suites/csv-spectrum").standardizedFileURL.path
}()

private let names: [String] =
  ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/csvs")) ?? [])
  .map { String($0.dropLast(4)) }.sorted()

@Suite(.enabled(if: !names.isEmpty, "csv-spectrum was not found: set CUPIBULK_SUITES"))
struct SpectrumTests {
  @Test(arguments: names, chunkSizes)
  func `a case gives the rows of its JSON file`(_ name: String, chunk: Int) throws {
    let json = try Data(contentsOf: URL(filePath: "\(folder)/json/\(name).json"))
    let expected = try #require(
      try JSONSerialization.jsonObject(with: json) as? [[String: String]])
    let csv = try Data(contentsOf: URL(filePath: "\(folder)/csvs/\(name).csv"))
    let reader = try RecordReader(
      ByteSource(name: name + ".csv", bytes: Array(csv), chunk: chunk), format: .csv, shape: shape)
    var record = BulkRecord()
    var rows: [[String: String]] = []
    while try reader.next(&record) == .record {
      var row: [String: String] = [:]
      for index in 0..<record.count { row[reader.names[index]] = record.text(at: index) }
      rows.append(row)
    }
    #expect(rows == expected)
  }
}
