// The encoding of a document, by its first bytes, its mark and its declaration.

import Testing
import XMLStreams

/// A text in UTF-16, low byte first, behind its mark where it is to have one.
private func littleEndian(_ text: String, mark: Bool = false) -> [UInt8] {
  (mark ? [0xFF, 0xFE] : []) + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
}

private func declaring(_ encoding: String) -> String {
  "<?xml version='1.0' encoding='\(encoding)'?><a/>"
}

@Suite struct DocumentEncodingTests {
  @Test(arguments: ["UTF-16", "utf-16le", "UCS-2", "ISO-10646-UCS-2"], [true, false])
  func `wide characters may be declared by their own order or by none`(
    encoding: String, mark: Bool
  ) {
    let bytes = littleEndian(declaring(encoding), mark: mark)
    #expect(
      DocumentEncoding(bytes, isWhole: true) == .known(name: "UTF-16LE", mark: mark ? 2 : 0))
  }

  @Test(arguments: ["UTF-16BE", "utf-16be", "UCS-2BE", "UTF-32", "UTF-8", "windows-1252"])
  func `wide characters that are declared as something else are a contradiction`(encoding: String) {
    func error(_ message: String) -> DocumentEncoding {
      .contradictory(
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
  func `an instruction whose name begins like a declaration is none`(document: String) {
    for count in 6...document.utf8.count {
      #expect(
        DocumentEncoding(Array(document.utf8.prefix(count)), isWhole: false)
          == .known(name: "UTF-8", mark: 0))
    }
  }

  @Test(arguments: [" ", "\t", "\r", "\n"])
  func `any white space may follow the first word of a declaration`(blank: String) {
    let document = "<?xml\(blank)version='1.0' encoding='windows-1252'?><a/>"
    #expect(
      DocumentEncoding(Array(document.utf8), isWhole: true) == .known(name: "windows-1252", mark: 0)
    )
  }

  @Test(arguments: [false, true])
  func `a declaration that is too long to be looked through is refused`(isWhole: Bool) {
    func document(blanks: Int) -> [UInt8] {
      let gap = String(repeating: " ", count: blanks)
      return Array("<?xml version='1.0'\(gap)encoding='UTF-7'?><a>+AOk-</a>".utf8)
    }
    #expect(
      DocumentEncoding(document(blanks: 900), isWhole: isWhole) == .known(name: "UTF-7", mark: 0))
    #expect(
      DocumentEncoding(document(blanks: 2_000), isWhole: isWhole)
        == .contradictory(
          XMLError(
            message: "the XML declaration is longer than 1024 characters",
            position: TextPosition(line: 1, column: 1),
            hint: "shorten it, or close it with ?> if it is open")))
  }
}
