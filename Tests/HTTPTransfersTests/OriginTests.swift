// Parsing of server addresses, and the error messages for invalid ones.

import HTTPTransfers
import Testing

@Suite struct OriginTests {
  @Test(arguments: [
    ("https://cuc.example.com", "https://cuc.example.com", 443),
    ("https://cuc.example.com/", "https://cuc.example.com", 443),
    ("https://cuc.example.com:443", "https://cuc.example.com", 443),
    ("HTTPS://CUC.Example.com:8443/", "https://cuc.example.com:8443", 8443),
    ("https://10.0.0.1:8443", "https://10.0.0.1:8443", 8443),
    ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443", 8443),
    ("https://[2001:db8::1]", "https://[2001:db8::1]", 443),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080", 8080),
    ("http://127.9.9.9", "http://127.9.9.9", 80),
    ("http://localhost:1", "http://localhost:1", 1),
    ("http://[::1]:65535", "http://[::1]:65535", 65535),
    ("http://[0:0::1]:8080", "http://[0:0::1]:8080", 8080),
  ])
  func `a valid server URL is parsed`(text: String, shown: String, port: UInt16) throws {
    let origin = try Origin(parsing: text)
    #expect(origin.description == shown)
    #expect(origin.port == port)
  }

  @Test(arguments: [
    ("cuc.example.com", OriginError.Cause.noScheme),
    ("", .noScheme),
    ("ftp://cuc.example.com", .otherScheme),
    ("https://cuc.example.com/vmrest", .path),
    ("https://cuc.example.com?x", .path),
    ("https://cuc.example.com#x", .path),
    ("https://cuc.example.com//", .path),
    ("https://", .badHost),
    ("https://:8443", .badHost),
    ("https://a b", .badHost),
    ("https://[::1", .badHost),
    ("https://[1.2.3.4]", .badHost),
    ("https://[::1]8443", .badHost),
    ("https://größe.example", .badHost),
    ("https://cuc.example.com:0", .badPort),
    ("https://cuc.example.com:65536", .badPort),
    ("https://cuc.example.com:+1", .badPort),
    ("https://cuc.example.com:84:43", .badPort),
    ("http://cuc.example.com", .plainHTTP),
    ("http://10.0.0.1", .plainHTTP),
    ("http://128.0.0.1", .plainHTTP),
    ("http://127.1", .plainHTTP),
    ("http://127.0.0.1.example.com", .plainHTTP),
    ("http://[::2]", .plainHTTP),
    ("https://admin:geheim@cuc.example.com", .credentials),
    ("https://admin@cuc.example.com", .credentials),
  ])
  func `any other text is refused with its cause`(text: String, cause: OriginError.Cause) {
    let error = #expect(throws: OriginError.self) { try Origin(parsing: text) }
    #expect(error?.cause == cause)
  }

  @Test(arguments: [
    ("https://admin:geheim@cuc.example.com", "https://…@cuc.example.com"),
    ("admin:geheim@cuc.example.com", "…@cuc.example.com"),
    ("ftp://admin:geheim@cuc.example.com/x", "ftp://…@cuc.example.com/x"),
    ("admin:geheim@cuc.example.com/https://x", "…@cuc.example.com/https://x"),
    ("https://admin:geheim@\u{301}cuc.example.com", "https://…@\u{301}cuc.example.com"),
  ])
  func `an error never shows a password`(text: String, shown: String) {
    let error = #expect(throws: OriginError.self) { try Origin(parsing: text) }
    #expect(error?.text == shown)
    #expect(error?.description.contains("geheim") == false)
  }

  @Test(arguments: [
    (
      "http://cuc.example.com",
      "target `http://cuc.example.com`: http:// would send the password in the clear; "
        + "use https:// (http:// is for localhost, 127.0.0.0/8 and ::1)"
    ),
    (
      "cuc.example.com",
      "target `cuc.example.com`: the scheme is missing; "
        + "write https://HOST or https://HOST:8443"
    ),
    (
      "https://admin:geheim@cuc.example.com",
      "target `https://…@cuc.example.com`: user name and password do not belong in a URL"
    ),
    (
      "https://cuc/vmrest",
      "target `https://cuc/vmrest`: a path, query or fragment does not belong here; "
        + "write https://HOST:PORT alone"
    ),
  ])
  func `the error message shows what to write instead`(text: String, sentence: String) {
    let error = #expect(throws: OriginError.self) { try Origin(parsing: text) }
    #expect(error?.description == sentence)
  }
}
