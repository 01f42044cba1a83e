// Which encoding a document is in: its first bytes, its mark and its declaration say so (XML 1.0, appendix F).

/// The encoding of a document, as far as its first bytes show it.
package enum DocumentEncoding: Equatable {
  /// Its name, and how many bytes of a byte order mark come before the text.
  case known(name: String, mark: Int)
  /// More bytes are needed.
  case open
  /// Mark, bytes and declaration contradict one another.
  case contradictory(XMLError)

  /// What a declaration begins with; white space follows, else it is an instruction of another name.
  private static let opening = Array("<?xml".utf8)

  /// How the characters of a declaration lie in the bytes.
  private struct Form {
    /// The name of the encoding where the declaration does not say it.
    let name: String
    /// Bytes a character, and which of them holds it.
    let width: Int
    let place: Int
    var mark = 0
  }

  /// The characters of the longest declaration: each must end within the bytes that are looked through.
  private static let limit = 1024

  /// Looks at the beginning of a document.
  ///
  /// - Parameters:
  ///   - head: its first bytes.
  ///   - isWhole: whether there are no more.
  package init(_ head: [UInt8], isWhole: Bool) {
    guard head.count >= 4 || isWhole else {
      self = .open
      return
    }
    let form = Self.form(of: head)
    let text = Self.text(head, form)
    let declaration = text.prefix { $0 != UInt8(ascii: ">") }
    let isClosed = declaration.count < text.count
    if !isWhole, !isClosed, text.count < Self.limit, Self.mayDeclare(text) {
      self = .open
      return
    }
    guard text.count > Self.opening.count, Self.mayDeclare(text) else {
      self = .known(name: form.name, mark: form.mark)
      return
    }
    guard isClosed || text.count < Self.limit else {
      self = .contradictory(Self.tooLong)
      return
    }
    guard let found = Self.name(in: declaration) else {
      self = .known(name: form.name, mark: form.mark)
      return
    }
    self = Self.judge(found.name, column: found.column, form, head)
  }

  /// How many bytes of a byte order mark a document begins with whose encoding is given.
  static func mark(of head: [UInt8], in encoding: String) -> Int {
    let form = form(of: head)
    return form.mark > 0 && (width(of: encoding) ?? 1) == form.width ? form.mark : 0
  }

  /// Whether a document that begins so has a declaration, or may turn out to have one.
  private static func mayDeclare(_ text: [UInt8]) -> Bool {
    guard text.count > opening.count else { return opening.starts(with: text) }
    return text.starts(with: opening) && [0x20, 0x09, 0x0A, 0x0D].contains(text[opening.count])
  }

  /// What stands behind so many characters could name an encoding that nobody looked for.
  private static var tooLong: XMLError {
    XMLError(
      message: "the XML declaration is longer than \(limit) characters",
      position: TextPosition(line: 1, column: 1),
      hint: "shorten it, or close it with ?> if it is open")
  }

  private static func form(of head: [UInt8]) -> Form {
    func begins(_ bytes: UInt8...) -> Bool { head.starts(with: bytes) }
    if begins(0xEF, 0xBB, 0xBF) { return Form(name: "UTF-8", width: 1, place: 0, mark: 3) }
    if begins(0xFF, 0xFE, 0, 0) { return Form(name: "UTF-32LE", width: 4, place: 0, mark: 4) }
    if begins(0, 0, 0xFE, 0xFF) { return Form(name: "UTF-32BE", width: 4, place: 3, mark: 4) }
    if begins(0xFF, 0xFE) { return Form(name: "UTF-16LE", width: 2, place: 0, mark: 2) }
    if begins(0xFE, 0xFF) { return Form(name: "UTF-16BE", width: 2, place: 1, mark: 2) }
    if begins(0x4C, 0x6F, 0xA7, 0x94) { return Form(name: "IBM037", width: 1, place: 0) }
    guard head.count >= 4 else { return Form(name: "UTF-8", width: 1, place: 0) }
    switch (head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0) {
    case (true, true, true, false): return Form(name: "UTF-32BE", width: 4, place: 3)
    case (false, true, true, true): return Form(name: "UTF-32LE", width: 4, place: 0)
    case (true, false, true, false): return Form(name: "UTF-16BE", width: 2, place: 1)
    case (false, true, false, true): return Form(name: "UTF-16LE", width: 2, place: 0)
    default: return Form(name: "UTF-8", width: 1, place: 0)
    }
  }

  /// The first characters behind the mark, as far as they are ASCII.
  private static func text(_ head: [UInt8], _ form: Form) -> [UInt8] {
    if form.name == "IBM037" {
      var text: [UInt8] = []
      unsafe TextDecoder(form.name)?.decode(head.span.extracting(first: limit).bytes, into: &text)
      return text
    }
    return stride(from: form.mark + form.place, to: head.count, by: form.width).prefix(limit)
      .map { head[$0] }
  }

  /// The value of `encoding` in a declaration, and the column at which the word stands.
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

  /// Names that documents use (XML 1.0, 4.3.3) and iconv does not have so, with those that it has.
  private static let otherNames = [
    "UTF8": "UTF-8", "ISO-10646-UCS-2": "UCS-2", "ISO-10646-UCS-4": "UCS-4",
  ]

  private static func judge(
    _ declared: String, column: Int, _ form: Form, _ head: [UInt8]
  ) -> DocumentEncoding {
    let position = TextPosition(line: 1, column: column)
    let name = otherNames[declared.uppercased()] ?? declared
    if name.uppercased() == form.name { return .known(name: form.name, mark: form.mark) }
    guard let decoder = TextDecoder(name) else {
      return .contradictory(
        XMLError(
          message: "the document declares the encoding \(declared), which is not known",
          position: position, hint: "save the document as UTF-8; `iconv -l` lists what is known"))
    }
    // The declaration, read as it says itself, must be one. Wide characters show their order themselves.
    var text: [UInt8] = []
    unsafe decoder.decode(head.span.extracting(first: limit).bytes, into: &text)
    decoder.finish(into: &text)
    let isOwn = form.mark == 0 && text.starts(with: "<?xml".utf8)
    if form.width == 1, isOwn { return .known(name: name, mark: 0) }
    if form.width > 1, Self.width(of: name) == form.width,
      order(of: name) ?? form.name.suffix(2) == form.name.suffix(2)
    {
      return .known(name: form.name, mark: form.mark)
    }
    let fact = form.mark > 0 ? "begins with the mark of \(form.name)" : "is not in it"
    return .contradictory(
      XMLError(
        message: form.mark > 0
          ? "the document \(fact), but declares the encoding \(declared)"
          : "the document declares the encoding \(declared), but \(fact)",
        position: position, hint: "save the document as UTF-8 and declare that"))
  }

  /// `LE` or `BE` where the name of a wide encoding ends so; nil where the bytes decide.
  private static func order(of name: String) -> Substring? {
    let end = name.uppercased().suffix(2)
    return ["LE", "BE"].contains(end) ? end : nil
  }

  /// How many bytes a character of a wide encoding has; nil for others.
  private static func width(of name: String) -> Int? {
    let name = name.uppercased().filter { $0 != "-" }
    if name.contains("UTF16") || name.contains("UCS2") { return 2 }
    return name.contains("UTF32") || name.contains("UCS4") ? 4 : nil
  }
}
