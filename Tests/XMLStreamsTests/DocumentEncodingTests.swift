// Tests of detecting a document's encoding from its byte order mark, first bytes and declaration.

import Testing
import XMLStreams

/// Returns a text in little-endian UTF-16, with or without a byte order mark.
private func littleEndian(_ text: String, mark: Bool = false) -> [UInt8] {
  (mark ? [0xFF, 0xFE] : []) + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
}

private func declaring(_ encoding: String) -> String {
  "<?xml version='1.0' encoding='\(encoding)'?><a/>"
}

@Suite struct DocumentEncodingTests {
  @Test(arguments: ["UTF-16", "utf-16le", "UCS-2", "ISO-10646-UCS-2"], [true, false])
  func `UTF-16 may be declared with its own byte order or without one`(
    encoding: String, mark: Bool
  ) {
    let bytes = littleEndian(declaring(encoding), mark: mark)
    #expect(
      DocumentEncoding(bytes, isWhole: true) == .known(name: "UTF-16LE", markLength: mark ? 2 : 0))
  }

  @Test(arguments: ["UTF-16BE", "utf-16be", "UCS-2BE", "UTF-32", "UTF-8", "windows-1252"])
  func `UTF-16 that is declared as another encoding is a conflict`(encoding: String) {
    func error(_ message: String) -> DocumentEncoding {
      .conflicting(
        XMLError(
          message: message, position: TextPosition(line: 1, column: 21),
          hint: "save the document as UTF-8 and declare that"))
    }
    #expect(
      DocumentEncoding(littleEndian(declaring(encoding), mark: true), isWhole: true)
        == error(
          "the document begins with the mark of UTF-16LE, but declares the encoding \(encoding)"))
    #expect(
      DocumentEncoding(littleEndian(declaring(encoding)), isWhole: true)
        == error("the document declares the encoding \(encoding), but is not in it"))
  }

  @Test(arguments: ["<?xml-stylesheet encoding='UTF-7'?><a/>", "<?xmlx encoding='none'?><a/>"])
  func `an instruction whose name begins with xml is not a declaration`(document: String) {
    for count in 6...document.utf8.count {
      #expect(
        DocumentEncoding(Array(document.utf8.prefix(count)), isWhole: false)
          == .known(name: "UTF-8", markLength: 0))
    }
  }

  @Test(arguments: [" ", "\t", "\r", "\n"])
  func `any white space may follow <?xml in a declaration`(blank: String) {
    let document = "<?xml\(blank)version='1.0' encoding='windows-1252'?><a/>"
    #expect(
      DocumentEncoding(Array(document.utf8), isWhole: true)
        == .known(name: "windows-1252", markLength: 0)
    )
  }

  @Test(arguments: [false, true])
  func `a declaration that is too long is refused`(isWhole: Bool) {
    func document(blanks: Int) -> [UInt8] {
      let gap = String(repeating: " ", count: blanks)
      return Array("<?xml version='1.0'\(gap)encoding='UTF-7'?><a>+AOk-</a>".utf8)
    }
    #expect(
      DocumentEncoding(document(blanks: 900), isWhole: isWhole)
        == .known(name: "UTF-7", markLength: 0))
    #expect(
      DocumentEncoding(document(blanks: 2_000), isWhole: isWhole)
        == .conflicting(
          XMLError(
            message: "the XML declaration is longer than 1024 characters",
            position: TextPosition(line: 1, column: 1),
            hint: "shorten it, or close it with ?> if it is open")))
  }
}
