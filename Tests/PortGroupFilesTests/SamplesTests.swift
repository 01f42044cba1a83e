// Tests of the files in samples/ and templates/: their rows are as expected, and templates are unchanged.

import BulkFiles
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

/// Returns all rows of a file of the package.
private func rows(_ path: String) throws -> [ReadRow] {
  let reader = try RowReader(path: Package.root + "/" + path, options: InputOptions())
  var rows: [ReadRow] = []
  while let row = try reader.next() { rows.append(row) }
  #expect(reader.notes == [])
  return rows
}

@Suite struct SamplesTests {
  @Test(arguments: [
    ("samples/sip-proxies.csv", 5), ("samples/spreadsheet.csv", 3), ("samples/tftp-servers.xml", 2),
    ("samples/call-managers.xml", 2), ("samples/move-hosts.csv", 2),
    ("samples/api-page/sip-proxy.xml", 1), ("samples/api-page/sip-proxy.json", 1),
    ("samples/api-page/tftp.xml", 1), ("samples/api-page/tftp.json", 1),
    ("samples/api-page/call-manager.xml", 1), ("samples/api-page/call-manager.json", 1),
  ])
  func `a valid sample has rows without diagnostics`(
    _ path: String, count: Int
  ) throws {
    let rows = try rows(path)
    #expect(rows.compactMap(\.row).count == count)
    #expect(rows.flatMap(\.diagnostics).map(\.rendered) == [])
  }

  @Test func `every mistake in the sample of mistakes is found with its place`() throws {
    let found = try rows("samples/mistakes.csv").flatMap(\.diagnostics).map {
      "\($0.place.line):\($0.place.column) \($0.code.rawValue)"
    }
    #expect(
      found == [
        "2:23 host-syntax", "3:34 port-out-of-range", "4:43 ragged-row", "5:19 service-unknown",
        "6:1 group-missing",
      ])
  }
}

@Suite struct FileTemplateTests {
  @Test(arguments: FileTemplate.allCases, BulkFormat.allCases)
  func `a template is read as one valid row of no real group`(
    _ template: FileTemplate, _ format: BulkFormat
  ) throws {
    let reader = try RowReader(
      ByteSource(name: "-", bytes: Array(template.text(format).utf8)), options: InputOptions())
    #expect(reader.format == format)
    let row = try reader.next()
    #expect(row?.diagnostics == [])
    #expect(row?.row?.group.name == "Example port group")
    #expect(try reader.next() == nil)
    let operation: PortGroupModel.Operation =
      switch template {
      case .delete: .delete
      case .moveHosts: .update
      default: .upsert
      }
    #expect(row?.row?.operation == operation)
  }

  @Test(arguments: FileTemplate.allCases, BulkFormat.allCases)
  func `the files in templates are equal to the program's output`(
    _ template: FileTemplate, _ format: BulkFormat
  ) throws {
    let path = "templates/\(template.rawValue).\(format.rawValue)"
    if Package.isRecording {
      try FileManager.default.createDirectory(
        atPath: Package.root + "/templates", withIntermediateDirectories: true)
      try template.text(format).write(
        toFile: Package.root + "/" + path, atomically: true, encoding: .utf8)
      Issue.record("\(path) was recorded again")
    }
    #expect(try Package.text(path) == template.text(format))
  }
}
