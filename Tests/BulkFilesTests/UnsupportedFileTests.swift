// Tests of `UnsupportedFile`: files that users pass by mistake are recognized.

import Foundation
import TestSupport
import Testing

@testable import BulkFiles

@Suite struct UnsupportedFileTests {
  private static let tar: [UInt8] =
    Array("a.csv".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar\u{0}00".utf8)

  @Test(arguments: [
    (Array("PK\u{3}\u{4}\u{14}\u{0}[Content_Types].xml".utf8), "x.csv", UnsupportedFile.workbook),
    (Array("PK\u{3}\u{4}\u{14}".utf8), "x.XLSX", .workbook),
    (
      Array("PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8), "x",
      .workbook
    ),
    (Array("PK\u{3}\u{4}\u{14}a.csv".utf8), "x.csv", .zip),
    (Array("PK\u{5}\u{6}".utf8), "x.csv", .zip),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], "x.xls", .oldWorkbook),
    (Array("%PDF-1.7\n".utf8), "x.csv", .pdf),
    ([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, 0, 0], "x.csv.lnk", .shortcut),
    (tar, "x.csv", .tar),
    (Array("\u{FEFF}\r\n <!DOCTYPE HTML PUBLIC>".utf8), "x.csv", .webPage),
    (Array("<html><body>404</body></html>".utf8), "x.xml", .webPage),
    (Array("BZh91AY&SY".utf8), "x.csv.bz2", .bzip2),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "x.csv.xz", .xz),
    (Array("SQLite format 3\u{0}".utf8), "ledger.sqlite", .sqlite),
  ])
  func `a file is recognized by its first bytes`(
    bytes: [UInt8], name: String, kind: UnsupportedFile
  ) throws {
    let source = ByteSource(name: name, bytes: bytes, chunk: 3)
    let fault = #expect(throws: InputFault.self) { try source.format() }
    #expect(
      fault == InputFault(.file(.unsupported(kind))))
    // A format given by the user changes nothing.
    #expect(throws: InputFault.self) { try source.format(unlessGiven: .csv) }
  }

  @Test(arguments: [[0xFF, 0xFE, 0, 0, 0x50, 0, 0, 0], [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x50]])
  func `CSV in UTF-32 needs the option --encoding`(bytes: [UInt8]) {
    let fault = #expect(throws: InputFault.self) {
      try RecordReader(
        ByteSource(name: "x.csv", bytes: bytes, chunk: 64),
        shape: RecordShape(list: "l", record: "r"))
    }
    #expect(fault == InputFault(.file(.unsupported(.utf32))))
  }

  @Test(arguments: [
    "PK,Host\n", "%PDF,Host\n", "BZhang,Host\n", "<PortGroupServers/>", "L,Host\n",
    "PortGroup,Host\n<html>,b\n",
  ])
  func `a file with a similar beginning is read`(text: String) throws {
    #expect(throws: Never.self) {
      try ByteSource(name: "x.csv", bytes: Array(text.utf8), chunk: 64).format()
    }
  }

  @Test(arguments: [
    "<headers/>", "<html5/>", "<body-part/>", "<head:x xmlns:head='urn:x'/>", "<htmlü/>",
    "<!DOCTYPE htmlx><htmlx/>",
  ])
  func `XML whose root has a similar name to an HTML element is XML`(text: String) throws {
    #expect(try ByteSource(name: "x.xml", bytes: Array(text.utf8), chunk: 64).format() == .xml)
  }

  @Test func `XHTML is read as XML if the user says that it is XML`() throws {
    let page = Array("<!DOCTYPE html><html/>".utf8)
    #expect(
      try ByteSource(name: "x.xhtml", bytes: page, chunk: 64).format(unlessGiven: .xml) == .xml)
    #expect(throws: InputFault.self) {
      try ByteSource(name: "x.xhtml", bytes: page, chunk: 64).format()
    }
  }
}
