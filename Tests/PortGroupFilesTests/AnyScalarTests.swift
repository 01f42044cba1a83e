// Tests with any character at the start and end of a value: no character is lost or combined with its neighbour.

import BulkFiles
import Bytes
import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct AnyScalarTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// All scalars that combine with a neighbour or are invisible, and some of the others.
  private static let scalars: [Unicode.Scalar] = (UInt32(1)...0x10FFFF).compactMap { value in
    guard let scalar = Unicode.Scalar(value) else { return nil }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .format, .control, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return scalar
    default:
      let isJoining =
        (0x1100...0x11FF).contains(value) || (0x1F1E6...0x1F1FF).contains(value)
        || (0x1F3FB...0x1F3FF).contains(value)
      return isJoining || value < 0x300 || value % 1009 == 0 ? scalar : nil
    }
  }

  /// Returns each scalar before, after and instead of a text, if all formats allow the value.
  private static func values(in formats: [BulkFormat]) -> [String] {
    scalars.flatMap { ["\($0)abc", "abc\($0)", "\($0)"] }.filter { text in
      formats.allSatisfy { format in
        switch format {
        case .csv: !text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        case .xml:
          !text.utf8.allSatisfy { $0 <= 0x20 }
            && text.unicodeScalars.allSatisfy {
              switch $0.value {
              case 0x9, 0xA, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
              default: false
              }
            }
        case .json: true
        }
      }
    }
  }

  private func convert(_ file: String, to name: String) throws -> String {
    var conversion = FileConversion(
      options: InputOptions(), format: try #require(BulkFormat(fileName: name)),
      lines: name.utf8.last == UInt8(ascii: "l"))
    let path = folder.path(name)
    _ = try conversion.run(fromFile: file, to: path)
    return path
  }

  /// Returns the values of a column in a file, as they are read.
  private func values(of column: String, in file: String) throws -> [String] {
    let reader = try RecordReader(
      ByteSource(path: file),
      shape: RecordShape(list: "PortGroupServers", record: "PortGroupServer"))
    var found: [String] = []
    var record = BulkRecord()
    while try reader.next(&record) == .record {
      let index = (0..<record.count).first { reader.names[record.name(at: $0)] == column }
      found.append(index.map { record.text(at: $0) } ?? "absent")
    }
    return found
  }

  /// Writes a file of one column, with one value on each line.
  private func lines(_ values: [String], _ column: String) throws -> String {
    let encoder = JSONEncoder()
    let text = try values.map { value in
      "{\"\(column)\":\(String(decoding: try encoder.encode(value), as: UTF8.self))}\n"
    }.joined()
    return try folder.write(text, to: "in.jsonl")
  }

  /// Returns the first value that differs in any byte; `nil` if all are equal.
  private func difference(_ found: [String], _ wanted: [String]) -> String? {
    if found.count != wanted.count { return "\(found.count) values in place of \(wanted.count)" }
    return zip(found, wanted).first { !$0.utf8.elementsEqual($1.utf8) }.map { found, wanted in
      "\(found.unicodeScalars.map(\.value)) in place of \(wanted.unicodeScalars.map(\.value))"
    }
  }

  @Test(arguments: [
    ("PortGroup", ["1.csv", "2.xml", "3.json", "4.csv"]),
    ("HostOrIPAddressV6", ["1.xml", "2.csv", "3.jsonl"]),
  ])
  func `converting between any two formats keeps the start and end of a value`(
    column: String, names: [String]
  ) throws {
    let values = Self.values(in: [.csv, .xml, .json])
    #expect(values.count > 7_000)
    var file = try lines(values, column)
    for name in names {
      file = try convert(file, to: name)
      #expect(try difference(self.values(of: column, in: file), values) == nil, "\(name)")
    }
  }

  @Test(arguments: ["csv", "xml", "json", "jsonl"])
  func `a rejected row keeps the start and end of its values, and any earlier reason is removed`(
    ending: String
  ) throws {
    let format = try #require(BulkFormat(fileName: "x." + ending))
    let values = Self.values(in: [format, .json])
    let file = try convert(lines(values, "PortGroup"), to: "rows." + ending)
    // Twice: the second time each row has the first reason, which begins with a combining mark.
    let first = try rejects(file, "1." + ending)
    let second = try rejects(first, "2." + ending)
    for file in [first, second] {
      #expect(try difference(self.values(of: "PortGroup", in: file), values) == nil)
      #expect(
        try difference(
          self.values(of: "FailureReason", in: file),
          values.map { _ in "\u{301}no, \"x\" <\u{200D}" }) == nil)
    }
  }

  /// Rejects every row of a file, and returns the new file.
  private func rejects(_ file: String, _ name: String) throws -> String {
    var options = InputOptions()
    options.constants = [.field(.service): "102"]
    let reader = try RowReader(ByteSource(path: file), options: options)
    let path = folder.path(name)
    let writer = try RejectsWriter(
      path: path, dialect: try #require(FileDialect(json: reader.fileDialect.json)))
    while try reader.next() != nil {
      try writer.write(reader.raw, reason: "\u{301}no, \"x\" <\u{200D}")
    }
    try writer.finish()
    return path
  }

  @Test func `a value from the command line keeps its start and end`() throws {
    for scalar in Self.scalars {
      let parts = try #require("HostOrIPAddress=\(scalar)a".cut(at: "="))
      #expect(parts.before == "HostOrIPAddress")
      #expect(parts.after.utf8.elementsEqual("\(scalar)a".utf8))
      let rest = try #require("sandbox:\(scalar)a".dropping(prefix: "sandbox:"))
      #expect(rest.utf8.elementsEqual("\(scalar)a".utf8))
    }
    #expect("a\u{301}b".dropping(prefix: "a") == "\u{301}b")
    #expect("\u{E9}x".dropping(prefix: "e\u{301}") == nil, "equal on the screen, and other bytes")
  }
}
