// Tests of byte sources: missing files, folders, empty files, gzip, pipes, and detecting the format.

import BulkFiles
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct SourceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fault(_ path: String) -> InputFault? {
    #expect(throws: InputFault.self) {
      let reader = try RecordReader(ByteSource(path: path), shape: shape)
      var record = BulkRecord()
      while try reader.next(&record) != .end {}
    }
  }

  @Test func `a missing file, a folder and an empty file each have their own fault`() throws {
    #expect(
      fault(folder.path("none.csv"))
        == InputFault(.file(.cannotOpen(ENOENT))))
    #expect(
      fault(folder.path)
        == InputFault(.file(.isFolder)))
    for text in ["", "\n\n", "\u{FEFF}", " \r\n"] {
      try folder.write(text, to: "empty.csv")
      #expect(
        fault(folder.path("empty.csv"))
          == InputFault(.file(.empty)))
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may read every file"))
  func `a file without read permission has its own fault`() throws {
    let path = try folder.write("a,b\n", to: "secret.csv")
    unsafe chmod(path, 0)
    #expect(fault(path) == InputFault(.file(.cannotOpen(EACCES))))
  }

  @Test func `a file is read from the disk`() throws {
    let path = try folder.write("a,b\n1,2\n", to: "x.csv")
    let reader = try RecordReader(ByteSource(path: path), shape: shape)
    var record = BulkRecord()
    #expect(try reader.next(&record) == .record)
    #expect(record.text(at: 1) == "2")
    #expect(try reader.next(&record) == .end)
    #expect(reader.file == path)
  }

  static let formats: [(text: String, name: String, format: BulkFormat?)] = [
    ("<Servers/>", "x.csv", .xml), (" \n<Servers/>", "-", .xml), ("\u{FEFF}<Servers/>", "x", .xml),
    ("{}", "x.csv", .json), ("\n[]", "-", .json),
    ("a,b", "x.xml", .xml), ("a,b", "x.json", .json), ("a", "x.csv", .csv), ("a", "x.TSV", .csv),
    ("a", "x.csv.gz", .csv), ("a", "folder.csv/x", nil), ("a;b", "-", .csv), ("a,b", "x", .csv),
    ("hello", "-", nil), ("hello", "x.dat", nil), ("\u{1}\u{2},x", "-", nil),
  ]

  @Test(arguments: formats)
  func `the format is detected from the content, then from the name`(
    _ file: (text: String, name: String, format: BulkFormat?)
  ) {
    func detected() throws(InputFault) -> BulkFormat {
      try RecordReader(
        ByteSource(name: file.name, bytes: Array(file.text.utf8)), shape: shape
      ).format
    }
    if let format = file.format {
      #expect((try? detected()) == format)
    } else {
      #expect(
        throws: InputFault(.file(.formatUnknown))
      ) { try detected() }
    }
  }

  @Test func `a delimiter is given by its name or as the character`() {
    #expect(Delimiter(word: "Semicolon") == .semicolon)
    #expect(Delimiter(word: "|") == .pipe)
    #expect(Delimiter(word: "\t") == .tab)
    #expect(Delimiter(word: ",,") == nil)
    #expect(Delimiter(word: "") == nil)
  }
}

@Suite struct GzipTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Returns a text compressed by this module's own writer.
  private func compressed(_ text: String) throws -> [UInt8] {
    let output = try OutputFile(path: folder.path("x.csv.gz"))
    try output.write(Array(text.utf8))
    try output.finish()
    return try [UInt8](Data(contentsOf: URL(filePath: folder.path("x.csv.gz"))))
  }

  @Test(arguments: chunkSizes)
  func `a compressed file is read, also with several members`(chunk: Int) throws {
    let rows = (1...40).map { "\($0),x" }
    let first = try compressed("a,b\n" + rows.map { $0 + "\n" }.joined())
    let second = try compressed("41,y\n")
    #expect(first.starts(with: [0x1F, 0x8B]))
    let expected = (1...40).map { "a=\($0)|b=x" } + ["a=41|b=y"]
    #expect(read(first + second, chunk: chunk, name: "x") == expected)
  }

  @Test func `a decompression bomb is decompressed in pieces and refused at the field limit`()
    throws
  {
    let bomb = try compressed("a,b\n" + String(repeating: "0", count: 4 << 20))
    #expect(bomb.count < 16 << 10)
    #expect(read(bomb, chunk: 1 << 16) == ["!2:1 field-too-long"])
  }

  @Test(arguments: chunkSizes)
  func `damaged data are refused`(chunk: Int) throws {
    let whole = try compressed("a,b\n1,2\n")
    #expect(read(Array(whole.dropLast(4)), chunk: chunk) == ["!!0:0 compression-broken"])
    #expect(read(whole + [0x41], chunk: chunk) == ["!!0:0 compression-broken"])
    var flipped = whole
    flipped[whole.count - 5] ^= 0xFF
    #expect(read(flipped, chunk: chunk) == ["!!0:0 compression-broken"])
    #expect(read([0x1F, 0x8B, 0x07], chunk: chunk) == ["!!0:0 compression-broken"])
  }

  /// Returns the fault that ends a file of 20,000 rows, and the number of rows before it.
  private func fault(of bytes: [UInt8]) throws -> (fault: InputFault?, rows: Int) {
    let reader = try RecordReader(ByteSource(name: "x.gz", bytes: bytes), shape: shape)
    var record = BulkRecord()
    var rows = 0
    let fault = #expect(throws: InputFault.self) {
      while try reader.next(&record) == .record { rows += 1 }
    }
    return (fault, rows)
  }

  @Test func `the fault for damaged data has the byte and the number of records before it`() throws
  {
    let whole = try compressed("a,b\n" + (1...20_000).map { "\($0),x\n" }.joined())
    let cut = try fault(of: Array(whole.dropLast(whole.count / 4)))
    #expect(cut.rows > 1000)
    #expect(
      cut.fault
        == InputFault(
          .file(.gzipCut(byte: whole.count - whole.count / 4 + 1)), record: cut.rows + 1,
          recordsBefore: cut.rows))

    let followed = try fault(of: whole + Array("more".utf8))
    #expect(followed.rows == 20_000)
    #expect(
      followed.fault
        == InputFault(
          .file(.gzipFollowed(byte: whole.count + 1)), record: 20_001, recordsBefore: 20_000))

    // The checksum after the data is wrong: all rows were read, but they are not reliable.
    var flipped = whole
    flipped[whole.count - 8] ^= 1
    let changed = try fault(of: flipped)
    guard case .file(.gzipDamaged) = changed.fault?.reason else {
      return #expect(Bool(false), "\(String(describing: changed.fault))")
    }
  }

  @Test(arguments: [
    ("x.csv", "\n", "a\n1\n", ["a=1"]), ("x.json", " ", "[{\"a\":1}]", ["a=1"]),
    ("x.xml", "\n", "<Servers><Server><a>1</a></Server></Servers>", ["a=1"]),
  ])
  func `content after many blanks is found`(
    name: String, blank: String, content: String, records: [String]
  ) {
    for count in [4_096, 65_536, 70_000, 1_000_000] {
      #expect(
        read(String(repeating: blank, count: count) + content, chunk: 65_536, name: name) == records
      )
    }
  }

  @Test func `a file of blanks only is empty, or refused if it is too long to search`() {
    func fault(_ count: Int) -> InputFault? {
      let source = ByteSource(name: "x.csv", bytes: [UInt8](repeating: 0x20, count: count))
      do throws(InputFault) {
        _ = try source.format()
        return nil
      } catch {
        return error
      }
    }
    #expect(fault(1_000_000)?.kind == .fileEmpty)
    #expect(
      fault(5 << 20)
        == InputFault(.file(.onlyBlanks(4_194_304))))
  }

  @Test
  func `waiting for a pipe without a writer can be stopped, and the pipe is read once it has one`()
    throws
  {
    let pipe = folder.path("pipe")
    _ = unsafe mkfifo(pipe, 0o600)
    let isStopped = Mutex(false)
    let stopped = try ByteSource(
      path: pipe,
      // Called once before the wait, and again during the wait.
      isStopped: {
        isStopped.withLock { known in
          defer { known = true }; return known
        }
      })
    var bytes: [UInt8] = []
    let fault = #expect(throws: InputFault.self) { try stopped.read(into: &bytes) }
    #expect(fault == InputFault(.file(.stopped)))

    let source = try ByteSource(path: pipe)
    let writer = unsafe open(pipe, O_WRONLY)
    _ = unsafe Array("Port\n1\n".utf8).withUnsafeBytes {
      unsafe write(writer, $0.baseAddress, $0.count)
    }
    close(writer)
    while try source.read(into: &bytes) > 0 {}
    #expect(String(decoding: bytes, as: UTF8.self) == "Port\n1\n")
  }
}
