import Digests
import Testing

/// The examples of FIPS 180-4 and of NIST's "SHA Test Vectors", of one block, two and many.
@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `digests are those of the standard`(text: String, digest: String) {
    #expect(SHA256.digest(of: Array(text.utf8)).hexadecimal == digest)
  }

  @Test func `a digest does not depend on the pieces, and the next one begins empty`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    var digest = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 777) {
      digest.update(bytes.span.extracting(start..<min(start + 777, bytes.count)))
    }
    #expect(
      digest.finish().hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    digest.update(Array("abc".utf8).span)
    #expect(digest.finish() == SHA256.digest(of: Array("abc".utf8)))
  }
}
