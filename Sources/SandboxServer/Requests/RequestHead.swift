import HTTPMessages

/// The head of a request from a connection, with strict checks, so that no two parsers interpret it differently.
struct RequestHead {
  var method: String
  /// The protocol version, such as `HTTP/1.1`.
  var version: String
  var fields: HeaderFields

  /// Fields that must not occur more than once (RFC 9110 §5.3).
  private static let singleFields = [
    "Host", "Content-Length", "Content-Type", "Authorization", "Transfer-Encoding",
  ]

  /// Checks the head; if this throws, the request must not be processed.
  ///
  /// - Parameter hosts: The allowed values of `Host`.
  /// - Throws: A refusal with status 400 for an invalid HTTP/1 request or another host, 403 for a web page's request.
  func check(for hosts: HostNames) throws(RequestRefusal) {
    guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else {
      throw RequestRefusal(400, .badRequest, "The request's method is not a word of HTTP")
    }
    for name in Self.singleFields where fields.values(of: name).count > 1 {
      throw RequestRefusal(400, .badRequest, "\(name) is sent more than once; send it once")
    }
    try checkLength()
    try checkHost(hosts)
    // No web page is a client of this API: such a request comes from a browser that a page has misled.
    if fields["Origin"] != nil {
      throw RequestRefusal(
        403, .forbidden, "Requests of web pages are refused; send the request without Origin")
    }
  }

  /// Checks that the body length is unambiguous: two lengths allow request smuggling (RFC 9112 §6.3).
  private func checkLength() throws(RequestRefusal) {
    let coding = fields["Transfer-Encoding"]
    if let coding, coding.lowercased() != "chunked" {
      throw RequestRefusal(
        400, .badRequest, "Transfer-Encoding \(printable(coding)) is not read; send chunked or none"
      )
    }
    guard let length = fields["Content-Length"] else { return }
    guard decimal(length) != nil else {
      throw RequestRefusal(
        400, .badRequest, "Content-Length is '\(printable(length))'; it must be a whole number")
    }
    if coding != nil {
      throw RequestRefusal(
        400, .badRequest, "Content-Length and Transfer-Encoding are both sent; send one of them")
    }
  }

  /// Checks the host: another site's name can be made to resolve to this machine, but `Host` still has that name.
  private func checkHost(_ hosts: HostNames) throws(RequestRefusal) {
    guard let host = fields["Host"] else {
      if version == "HTTP/1.0" { return }
      throw RequestRefusal(
        400, .badRequest, "Host is missing; send the name or address of this server")
    }
    guard hosts.admit(host) else {
      throw RequestRefusal(
        400, .badRequest, "Host \(printable(host)) is not this server; send \(hosts.wording)")
    }
  }

  /// True for the bytes of a token (RFC 9110 §5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

/// Parses a whole number from 0, in decimal digits only; `nil` for other text and for numbers that overflow `Int`.
func decimal(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int(text)
}
