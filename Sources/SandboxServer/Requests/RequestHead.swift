// What a request must look like before it is let into the sandbox from a socket.

import HTTPMessages

/// The head of a request as it came over a connection: strict, so that no two readers understand it differently.
struct RequestHead {
  var method: String
  /// Such as `HTTP/1.1`.
  var version: String
  var fields: HeaderFields

  /// Fields that say one thing, and must not say two (RFC 9110 §5.3).
  private static let single = [
    "Host", "Content-Length", "Content-Type", "Authorization", "Transfer-Encoding",
  ]

  /// Judges the head; nothing of the request is done where it throws.
  ///
  /// - Parameter hosts: the names under which the sandbox may be reached.
  /// - Throws: 400 for what is no request of HTTP/1, or was sent to another name; 403 for a web page's request.
  func check(for hosts: HostNames) throws(Refusal) {
    guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else {
      throw Refusal(400, .badRequest, "The request's method is not a word of HTTP")
    }
    for name in Self.single where fields.values(of: name).count > 1 {
      throw Refusal(400, .badRequest, "\(name) is sent more than once; send it once")
    }
    try checkLength()
    try checkHost(hosts)
    // No web page is a client of this API: a browser that sends for one has been led here.
    if fields["Origin"] != nil {
      throw Refusal(
        403, .forbidden, "Requests of web pages are refused; send the request without Origin")
    }
  }

  /// A body's length must be plain: two lengths are how one request is smuggled within another (RFC 9112 §6.3).
  private func checkLength() throws(Refusal) {
    let coding = fields["Transfer-Encoding"]
    if let coding, coding.lowercased() != "chunked" {
      throw Refusal(
        400, .badRequest, "Transfer-Encoding \(printable(coding)) is not read; send chunked or none"
      )
    }
    guard let length = fields["Content-Length"] else { return }
    guard decimal(length) != nil else {
      throw Refusal(
        400, .badRequest, "Content-Length is '\(printable(length))'; it must be a whole number")
    }
    if coding != nil {
      throw Refusal(
        400, .badRequest, "Content-Length and Transfer-Encoding are both sent; send one of them")
    }
  }

  /// A page of another site can have its name resolved to this machine, but not change the name that is sent.
  private func checkHost(_ hosts: HostNames) throws(Refusal) {
    guard let host = fields["Host"] else {
      if version == "HTTP/1.0" { return }
      throw Refusal(400, .badRequest, "Host is missing; send the name or address of this server")
    }
    guard hosts.admit(host) else {
      throw Refusal(
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

/// A whole number from 0 in decimal digits and nothing else; `nil` for another text and what `Int` cannot hold.
func decimal(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
  return Int(text)
}
