// Files are known again by their bytes, and by nothing else.

import BulkFiles
import Glibc
import TestSupport
import Testing

@Suite struct FileMarkTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a mark is the length and the CRC-32 of the bytes`() throws {
    // The check value of CRC-32 is that of these nine digits.
    let mark = FileMark(of: try folder.write("123456789", to: "check"))
    #expect(mark?.size == 9)
    #expect(mark?.checksum == 0xCBF4_3926)
    let empty = FileMark(of: try folder.write("", to: "empty"))
    #expect(empty?.size == 0)
    #expect(empty?.checksum == 0)
  }

  @Test func `a long file has one mark whatever it is called, and another when a byte is changed`()
    throws
  {
    let text = String(repeating: "0123456789", count: 100_000)
    let mark = FileMark(of: try folder.write(text, to: "one"))
    #expect(mark?.size == 1_000_000)
    #expect(FileMark(of: try folder.write(text, to: "two")) == mark)
    let other = FileMark(of: try folder.write(text.dropLast() + "8", to: "one"))
    #expect(other?.size == mark?.size)
    #expect(other != mark)
    #expect(FileMark.size(of: folder.path("one")) == 1_000_000)
  }

  @Test func `what has no bytes that stay has no mark, and is not read`() {
    let pipe = folder.path("pipe")
    let status = unsafe mkfifo(pipe, 0o600)
    #expect(status == 0)
    for path in [pipe, folder.path("none"), folder.path(""), "-", "/dev/null"] {
      #expect(FileMark(of: path) == nil, "\(path)")
      #expect(FileMark.size(of: path) == nil, "\(path)")
    }
  }
}
