/// The encoding of a document, detected from its byte order mark, first bytes and declaration.
///
/// Source: XML 1.0, appendix F.
package enum DocumentEncoding: Equatable {
  /// The encoding's name, and the length of the byte order mark before the text.
  case known(name: String, markLength: Int)
  /// More bytes are needed.
  case undetermined
  /// The byte order mark, the bytes and the declaration conflict.
  case conflicting(XMLError)

  /// The beginning of a declaration; without white space after it, it is another processing instruction.
  private static let opening = Array("<?xml".utf8)

  /// How the bytes encode the characters of a declaration.
  private struct ByteLayout {
    /// The name of the encoding if the declaration does not name one.
    let name: String
    /// The number of bytes in a character.
    let width: Int
    /// The index of the byte that holds an ASCII character.
    let byteIndex: Int
    var markLength = 0
  }

  /// The maximum length of a declaration, in characters.
  private static let limit = 1024

  /// Detects the encoding from the beginning of a document.
  ///
  /// - Parameters:
  ///   - head: the first bytes.
  ///   - isWhole: whether they are the whole document.
  package init(_ head: [UInt8], isWhole: Bool) {
    guard head.count >= 4 || isWhole else {
      self = .undetermined
      return
    }
    let layout = Self.layout(of: head)
    let text = Self.text(head, layout)
    let declaration = text.prefix { $0 != UInt8(ascii: ">") }
    let isClosed = declaration.count < text.count
    if !isWhole, !isClosed, text.count < Self.limit, Self.mayBeginDeclaration(text) {
      self = .undetermined
      return
    }
    guard text.count > Self.opening.count, Self.mayBeginDeclaration(text) else {
      self = .known(name: layout.name, markLength: layout.markLength)
      return
    }
    guard isClosed || text.count < Self.limit else {
      self = .conflicting(Self.declarationTooLong)
      return
    }
    guard let found = Self.name(in: declaration) else {
      self = .known(name: layout.name, markLength: layout.markLength)
      return
    }
    self = Self.resolve(found.name, column: found.column, layout, head)
  }

  /// Returns the length of the byte order mark of a document whose encoding is given.
  static func markLength(of head: [UInt8], in encoding: String) -> Int {
    let layout = layout(of: head)
    return layout.markLength > 0 && (width(of: encoding) ?? 1) == layout.width
      ? layout.markLength : 0
  }

  /// Returns whether the document begins with a declaration, or may do so once more bytes are known.
  private static func mayBeginDeclaration(_ text: [UInt8]) -> Bool {
    guard text.count > opening.count else { return opening.starts(with: text) }
    return text.starts(with: opening) && [0x20, 0x09, 0x0A, 0x0D].contains(text[opening.count])
  }

  /// The error for a declaration whose encoding may come after the first `limit` characters.
  private static var declarationTooLong: XMLError {
    XMLError(
      message: "the XML declaration is longer than \(limit) characters",
      position: TextPosition(line: 1, column: 1),
      hint: "shorten it, or close it with ?> if it is open")
  }

  private static func layout(of head: [UInt8]) -> ByteLayout {
    func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
    if begins(0xEF, 0xBB, 0xBF) {
      return ByteLayout(name: "UTF-8", width: 1, byteIndex: 0, markLength: 3)
    }
    if begins(0xFF, 0xFE, 0, 0) {
      return ByteLayout(name: "UTF-32LE", width: 4, byteIndex: 0, markLength: 4)
    }
    if begins(0, 0, 0xFE, 0xFF) {
      return ByteLayout(name: "UTF-32BE", width: 4, byteIndex: 3, markLength: 4)
    }
    if begins(0xFF, 0xFE) {
      return ByteLayout(name: "UTF-16LE", width: 2, byteIndex: 0, markLength: 2)
    }
    if begins(0xFE, 0xFF) {
      return ByteLayout(name: "UTF-16BE", width: 2, byteIndex: 1, markLength: 2)
    }
    if begins(0x4C, 0x6F, 0xA7, 0x94) { return ByteLayout(name: "IBM037", width: 1, byteIndex: 0) }
    guard head.count >= 4 else { return ByteLayout(name: "UTF-8", width: 1, byteIndex: 0) }
    switch (head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0) {
    case (true, true, true, false): return ByteLayout(name: "UTF-32BE", width: 4, byteIndex: 3)
    case (false, true, true, true): return ByteLayout(name: "UTF-32LE", width: 4, byteIndex: 0)
    case (true, false, true, false): return ByteLayout(name: "UTF-16BE", width: 2, byteIndex: 1)
    case (false, true, false, true): return ByteLayout(name: "UTF-16LE", width: 2, byteIndex: 0)
    default: return ByteLayout(name: "UTF-8", width: 1, byteIndex: 0)
    }
  }

  /// Returns the first characters after the byte order mark; they are meaningful only where they are ASCII.
  private static func text(_ head: [UInt8], _ layout: ByteLayout) -> [UInt8] {
    if layout.name == "IBM037" {
      var text: [UInt8] = []
      unsafe TextDecoder(layout.name)?.decode(head.span.extracting(first: limit).bytes, into: &text)
      return text
    }
    return stride(from: layout.markLength + layout.byteIndex, to: head.count, by: layout.width)
      .prefix(limit)
      .map { head[$0] }
  }

  /// Returns the value of `encoding` in a declaration, and the column of that word.
  private static func name(in declaration: ArraySlice<UInt8>) -> (name: String, column: Int)? {
    let word = Array("encoding".utf8)
    let bytes = Array(declaration)
    guard
      let start = bytes.indices.first(where: { index in
        bytes[index...].starts(with: word) && index > 0 && bytes[index - 1] <= 0x20
      })
    else { return nil }
    var rest = bytes[(start + word.count)...].drop { $0 <= 0x20 }
    guard rest.popFirst() == UInt8(ascii: "=") else { return nil }
    rest = rest.drop { $0 <= 0x20 }
    guard let quote = rest.popFirst(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
      rest.contains(quote)
    else { return nil }
    return (String(decoding: rest.prefix { $0 != quote }, as: UTF8.self), start + 1)
  }

  /// The iconv names for encoding names that documents use (XML 1.0, 4.3.3) and iconv does not know.
  private static let otherNames = [
    "UTF8": "UTF-8", "ISO-10646-UCS-2": "UCS-2", "ISO-10646-UCS-4": "UCS-4",
  ]

  private static func resolve(
    _ declared: String, column: Int, _ layout: ByteLayout, _ head: [UInt8]
  ) -> DocumentEncoding {
    let position = TextPosition(line: 1, column: column)
    let name = otherNames[declared.uppercased()] ?? declared
    if name.uppercased() == layout.name {
      return .known(name: layout.name, markLength: layout.markLength)
    }
    guard let decoder = TextDecoder(name) else {
      return .conflicting(
        XMLError(
          message: "the document declares the encoding \(declared), which is not known",
          position: position, hint: "save the document as UTF-8; `iconv -l` lists what is known"))
    }
    // Decoded from the declared encoding, the document must begin with a declaration. The byte order of wide
    // characters is already known.
    var text: [UInt8] = []
    unsafe decoder.decode(head.span.extracting(first: limit).bytes, into: &text)
    decoder.finish(into: &text)
    let isOwn = layout.markLength == 0 && text.starts(with: "<?xml".utf8)
    if layout.width == 1, isOwn { return .known(name: name, markLength: 0) }
    if layout.width > 1, Self.width(of: name) == layout.width,
      byteOrder(of: name) ?? layout.name.suffix(2) == layout.name.suffix(2)
    {
      return .known(name: layout.name, markLength: layout.markLength)
    }
    let fact = layout.markLength > 0 ? "begins with the mark of \(layout.name)" : "is not in it"
    return .conflicting(
      XMLError(
        message: layout.markLength > 0
          ? "the document \(fact), but declares the encoding \(declared)"
          : "the document declares the encoding \(declared), but \(fact)",
        position: position, hint: "save the document as UTF-8 and declare that"))
  }

  /// Returns `LE` or `BE` if the name of a wide encoding ends with it; `nil` if the bytes decide.
  private static func byteOrder(of name: String) -> Substring? {
    let end = name.uppercased().suffix(2)
    return ["LE", "BE"].contains(end) ? end : nil
  }

  /// Returns the number of bytes in a character of a wide encoding; `nil` for other encodings.
  private static func width(of name: String) -> Int? {
    let name = name.uppercased().filter { $0 != "-" }
    if name.contains("UTF16") || name.contains("UCS2") { return 2 }
    return name.contains("UTF32") || name.contains("UCS4") ? 4 : nil
  }
}
