// Tests of `FileFingerprint`: only its bytes identify a file.

import BulkFiles
import Glibc
import TestSupport
import Testing

@Suite struct FileFingerprintTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a fingerprint is the size and the CRC-32 of the bytes`() throws {
    // The standard check value of CRC-32 is computed from these nine digits.
    let fingerprint = FileFingerprint(of: try folder.write("123456789", to: "check"))
    #expect(fingerprint?.size == 9)
    #expect(fingerprint?.checksum == 0xCBF4_3926)
    let empty = FileFingerprint(of: try folder.write("", to: "empty"))
    #expect(empty?.size == 0)
    #expect(empty?.checksum == 0)
  }

  @Test func `a long file has the same fingerprint under any name, and another after a change`()
    throws
  {
    let text = String(repeating: "0123456789", count: 100_000)
    let fingerprint = FileFingerprint(of: try folder.write(text, to: "one"))
    #expect(fingerprint?.size == 1_000_000)
    #expect(FileFingerprint(of: try folder.write(text, to: "two")) == fingerprint)
    let other = FileFingerprint(of: try folder.write(text.dropLast() + "8", to: "one"))
    #expect(other?.size == fingerprint?.size)
    #expect(other != fingerprint)
    #expect(FileFingerprint.size(of: folder.path("one")) == 1_000_000)
  }

  @Test func `a pipe has no fingerprint, and is not read`() {
    let pipe = folder.path("pipe")
    let status = unsafe mkfifo(pipe, 0o600)
    #expect(status == 0)
    for path in [pipe, folder.path("none"), folder.path(""), "-", "/dev/null"] {
      #expect(FileFingerprint(of: path) == nil, "\(path)")
      #expect(FileFingerprint.size(of: path) == nil, "\(path)")
    }
  }
}
