/// A kind of file that users pass by mistake, recognized by its first bytes.
///
/// Source: the signatures of file(1)'s magic(5) database.
package enum UnsupportedFile: CaseIterable, Sendable {
  case workbook
  case oldWorkbook
  case zip
  case pdf
  case shortcut
  case tar
  case utf32
  case webPage
  case bzip2
  case xz
  case sqlite
  case richText
  case image
  case sevenZip
  case rar
  case editorSwap
  case appleDouble
  case httpAnswer
  case mail

  /// Detects the kind from the first bytes after decompression; `nil` if the file may be CSV, XML or JSON.
  ///
  /// - Parameters:
  ///   - head: up to 4,096 bytes; 512 are enough for every kind.
  ///   - name: the file's name, which shows whether a zip file is a workbook.
  init?(head: ArraySlice<UInt8>, name: String) {
    func begins(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    let kinds: [(Bool, UnsupportedFile)] = [
      // A zip file's local headers; an Office file begins with its content types or relations.
      (begins([0x50, 0x4B, 0x03, 0x04]) && Self.isWorkbook(head, name), .workbook),
      (begins([0x50, 0x4B, 0x03, 0x04]) || begins([0x50, 0x4B, 0x05, 0x06]), .zip),
      (begins([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), .oldWorkbook),
      (begins(Array("%PDF-".utf8)), .pdf),
      (begins([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0]), .shortcut),
      (head.dropFirst(257).starts(with: Array("ustar".utf8)), .tar),
      (begins(Array("BZh".utf8)) && head.dropFirst(4).starts(with: [0x31, 0x41, 0x59]), .bzip2),
      (begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), .xz),
      (begins(Array("SQLite format 3\0".utf8)), .sqlite),
      (Self.isWebPage(head), .webPage),
      (begins(Array("{\\rtf".utf8)), .richText),
      (begins([0x89, 0x50, 0x4E, 0x47]) || begins([0xFF, 0xD8, 0xFF]), .image),
      (begins([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), .sevenZip),
      (begins(Array("Rar!".utf8)), .rar),
      (begins(Array("b0VIM ".utf8)), .editorSwap),
      (begins([0, 0x05, 0x16, 0x07]), .appleDouble),
      (begins(Array("HTTP/1.".utf8)) || begins(Array("HTTP/2 ".utf8)), .httpAnswer),
      (Self.isMail(head), .mail),
    ]
    guard let kind = kinds.first(where: \.0)?.1 else { return nil }
    self = kind
  }

  /// Returns whether the bytes begin with UTF-32's byte order mark; for CSV the user must then give the encoding.
  static func isUTF32(_ head: ArraySlice<UInt8>) -> Bool {
    head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF])
  }

  private static func isWorkbook(_ head: ArraySlice<UInt8>, _ name: String) -> Bool {
    let endings = [".xlsx", ".xlsm", ".xlsb", ".ods"]
    if endings.contains(where: name.lowercased().hasSuffix) { return true }
    let text = String(decoding: head.prefix(512), as: UTF8.self)
    return text.contains("[Content_Types].xml") || text.contains("opendocument.spreadsheet")
  }

  /// Returns whether the text begins with `<!doctype html>`, `<html>` or a similar tag in any case; false for `<headers>`.
  private static func isWebPage(_ head: ArraySlice<UInt8>) -> Bool {
    let text = String(
      decoding: head.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }.prefix(64),
      as: UTF8.self
    ).lowercased()
    return ["<!doctype html", "<html", "<head", "<body"].contains { start in
      text.hasPrefix(start)
        && !text.utf8.dropFirst(start.utf8.count).prefix(1).contains(where: isName)
    }
  }

  /// Returns whether the bytes begin with the headers of a saved mail or web archive.
  private static func isMail(_ head: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: head.prefix(16), as: UTF8.self).lowercased()
    return ["mime-version:", "return-path:", "received:", "from: <saved"].contains(
      where: text.hasPrefix)
  }

  /// Returns whether a byte continues the name of an element.
  private static func isName(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._:".utf8.contains(byte)
      || byte >= 0x80
  }
}
