/// A text in place of a host, such as a URL, a network or a list, and what to write instead.
struct HostMistake: Equatable {
  /// Completes the sentence `HostOrIPAddress is "…", …`.
  var what: String
  /// What to write instead.
  var hint: String

  /// Finds the mistake in a text that is not a host name or an address; `nil` if it is not one of these.
  ///
  /// The text has no white space at its ends.
  static func found(in text: String) -> HostMistake? {
    if isPlaceholder(text) {
      return HostMistake(
        what: "which means nothing",
        hint: "leave the cell empty to keep what the server has")
    }
    return powerShell(text) ?? formula(text) ?? url(text) ?? withCommas(text) ?? several(text)
      ?? cleaned(text) ?? blank(text) ?? network(text) ?? port(text) ?? foreignLetters(text)
  }

  /// True for a word that people and programs write if there is no value, even if it could be a host name.
  static func isPlaceholder(_ text: String) -> Bool {
    text.utf8.count <= 9 && placeholders.contains(text.lowercased())
  }

  private static let placeholders: Set = [
    "n/a", "na", "nan", "none", "null", "(null)", "nil", "\\n", "-", "--", "?", "??", "tbd", "tba",
    "unknown", "empty", "undefined",
  ]

  /// False only for a host that is no such word and no PowerShell type; fast, but also true for some other names.
  @inline(__always)
  static func mayBeWord(_ name: Span<UInt8>) -> Bool {
    name.count <= 9 && !name.has(".")
      || name.count > 7 && name[0] | 0x20 == UInt8(ascii: "s") && name[6] == UInt8(ascii: ".")
  }

  /// `System.Object[]`, which PowerShell exports in place of a list, and `@{…}`, in place of an object.
  static func powerShell(_ text: String) -> HostMistake? {
    guard
      text.hasPrefix("System.Object") || text.hasPrefix("System.Collections.")
        || text.hasPrefix("System.String[") || text.hasPrefix("@{")
    else { return nil }
    return HostMistake(
      what: "which PowerShell writes in place of a list or an object",
      hint: "join the list or take the property out before exporting it (ConvertTo-Json: -Depth 5)")
  }

  /// `10,1,1,8`, an address with the commas of a German keypad or a spreadsheet.
  private static func withCommas(_ text: String) -> HostMistake? {
    let address = text.replacing(",", with: ".")
    guard text.contains(","), Host.isIPv4(address) else { return nil }
    return HostMistake(what: "with commas", hint: "write \(address)")
  }

  /// A host in quotes, after backslashes, or with characters that a word processor inserted.
  private static func cleaned(_ text: String) -> HostMistake? {
    var rest = text[...]
    if rest.hasPrefix("b'") { rest = rest.dropFirst() }
    let quotes: Set<Character> = ["'", "\"", "`", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}"]
    rest = rest.drop { quotes.contains($0) }
    while let last = rest.last, quotes.contains(last) { rest = rest.dropLast() }
    if rest.utf8.count != text.utf8.count, isHost(rest) {
      return HostMistake(what: "with a quotation mark", hint: "write \(rest)")
    }
    let path = text.drop { $0 == "\\" }
    if path.utf8.count != text.utf8.count, isHost(path) {
      return HostMistake(what: "with backslashes", hint: "write \(path)")
    }
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let plain = text.withPlainDashes
    if !plain.utf8.elementsEqual(text.utf8), isHost(plain[...]) {
      return HostMistake(what: "with a dash that is no hyphen", hint: "write \(plain)")
    }
    let visible = String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0.properties.generalCategory != .format }))
    guard !visible.utf8.elementsEqual(text.utf8), isHost(visible[...]) else { return nil }
    return HostMistake(what: "with a character that cannot be seen", hint: "write \(visible)")
  }

  /// `="10.10.0.1"`, which prevents a spreadsheet from reading a number.
  private static func formula(_ text: String) -> HostMistake? {
    guard text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 3 else { return nil }
    return HostMistake(
      what: "a formula that a spreadsheet has left",
      hint: write(String(text.dropFirst(2).dropLast())))
  }

  private static func url(_ text: String) -> HostMistake? {
    let lower = text.lowercased()
    let schemes = [
      "http://", "https://", "sip://", "sips://", "tftp://", "ldap://", "sips:", "sip:",
    ]
    guard let scheme = schemes.first(where: lower.hasPrefix) else { return nil }
    var rest = text.dropFirst(scheme.utf8.count)
    rest = rest.prefix { !"/?;#".contains($0) }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    let (host, port) = split(rest)
    return HostMistake(what: "a URL", hint: write(host) + portHint(port))
  }

  private static func several(_ text: String) -> HostMistake? {
    let parts = text.split { ";,|".contains($0) || $0.isNewline }
      .map { String($0.drop(while: \.isWhitespace)) }
    guard parts.count > 1, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    return HostMistake(
      what: "which is more than one host",
      hint: "write a row for each, with a Precedence of its own")
  }

  private static func blank(_ text: String) -> HostMistake? {
    guard text.contains(where: \.isWhitespace) else { return nil }
    let joined = text.filter { !$0.isWhitespace }
    return HostMistake(
      what: "with a blank in it",
      hint: Host.isIPv4(joined) ? write(joined) : "write the name or the address without blanks")
  }

  private static func network(_ text: String) -> HostMistake? {
    guard let slash = text.firstIndex(of: "/") else { return nil }
    let (host, length) = (text[..<slash], text[text.index(after: slash)...])
    guard isHost(host) || Host.fault(in: String(host).utf8.span, for: .v6) == nil, !length.isEmpty,
      length.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return HostMistake(what: "a network, and not one host", hint: "write \(host)")
  }

  private static func port(_ text: String) -> HostMistake? {
    let (host, port) = split(text[...])
    guard port != nil, isHost(host[...]) else { return nil }
    return HostMistake(what: "with a port", hint: write(host) + portHint(port))
  }

  private static func foreignLetters(_ text: String) -> HostMistake? {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }), let ascii = Punycode.ascii(ofName: text),
      isHost(ascii[...])
    else { return nil }
    return HostMistake(
      what: "with letters that host names do not have", hint: "write its ASCII form: \(ascii)")
  }

  /// The host and the port of `host:5060`; the port is `nil` if it is missing, or for an IPv6 address.
  private static func split(_ text: Substring) -> (host: String, port: String?) {
    guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else {
      return (String(text), nil)
    }
    let port = text[text.index(after: colon)...]
    guard !port.isEmpty, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return (String(text), nil)
    }
    return (String(text[..<colon]), String(port))
  }

  private static func isHost(_ text: Substring) -> Bool {
    Host.fault(in: String(text).utf8.span, for: .v4) == nil
  }

  private static func write(_ host: String) -> String {
    isHost(host[...]) ? "write \(host)" : "write the host's name or address alone"
  }

  private static func portHint(_ port: String?) -> String {
    port.map { ", and \($0) into the column Port or TlsPort" } ?? ""
  }
}

extension String {
  /// With a hyphen in place of each dash that looks like one.
  var withPlainDashes: String {
    guard !utf8.allSatisfy({ $0 < 0x80 }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.value {
      case 0x2010...0x2015, 0x2212, 0xFE58, 0xFE63, 0xFF0D: text += "-"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
