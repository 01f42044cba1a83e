// What people write in place of a host: URLs, ports, networks, lists; told with what to write instead.

/// A text that is plainly no host, and the host that was meant where it can be told.
struct HostMistake: Equatable {
  /// Completes the sentence `HostOrIPAddress is "…", …`.
  var what: String
  /// What to write instead.
  var hint: String

  /// Recognises a mistake in a text that is no host name and no address; nil where it is none of these.
  ///
  /// The text has no white space at its ends.
  static func found(in text: String) -> HostMistake? {
    if isPlaceholder(text) {
      return HostMistake(
        what: "which means nothing",
        hint: "leave the cell empty to keep what the server has")
    }
    return formula(text) ?? url(text) ?? several(text) ?? blank(text) ?? network(text) ?? port(text)
      ?? foreignLetters(text)
  }

  private static func isPlaceholder(_ text: String) -> Bool {
    ["n/a", "na", "none", "null", "nil", "-", "--", "?", "tbd", "tba", "#n/a", "unknown", "empty"]
      .contains(text.lowercased())
  }

  /// `="10.10.0.1"`, by which spreadsheets are kept from reading a number.
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
    guard isHost(host), !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return HostMistake(what: "a network, and not one host", hint: write(String(host)))
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

  /// Host and port of `host:5060`; no port where there is none, or where it is an IPv6 address.
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

  private static func isHost(_ text: Substring) -> Bool { (try? Host.check(String(text))) != nil }

  private static func write(_ host: String) -> String {
    isHost(host[...]) ? "write \(host)" : "write the host's name or address alone"
  }

  private static func portHint(_ port: String?) -> String {
    port.map { ", and \($0) into the column Port or TlsPort" } ?? ""
  }
}
