// Hosts: what the two host fields accept, what they refuse and why, and how hosts compare.

import PortGroupModel
import Testing

@Suite struct HostTests {
  private static let longLabel = String(repeating: "a", count: 63)

  /// 253 characters, the maximum for a name.
  private static let longName =
    Array(repeating: longLabel, count: 3).joined(separator: ".")
    + "." + String(repeating: "b", count: 61)

  /// What is wrong with a host, with the text of the label.
  enum Why: Equatable {
    case notIPv4, isIPv6, isIPv4, notIPv6, bracketed, tooLong
    case badLabel(String)
  }

  private func fault(_ text: String, for family: Host.Family = .v4) -> Why? {
    guard let fault = Host.fault(in: text.utf8.span, for: family) else { return nil }
    return switch fault {
    case .notIPv4: .notIPv4
    case .isIPv6: .isIPv6
    case .isIPv4: .isIPv4
    case .notIPv6: .notIPv6
    case .bracketed: .bracketed
    case .tooLong: .tooLong
    case .badLabel(let range): .badLabel(String(decoding: Array(text.utf8)[range], as: UTF8.self))
    }
  }

  @Test(arguments: [
    "10.1.1.1", "0.0.0.0", "255.255.255.255", "a", "sip1", "SIP1.Example.NET", "sip1.example.net.",
    "3com.example", "1.2.3.4.example", "a-b.c--d", "1e5", longLabel, longName, longName + ".",
  ])
  func `the host field accepts IPv4 addresses and host names`(text: String) {
    #expect(fault(text) == nil)
  }

  @Test(arguments: [
    ("", Why.badLabel("")), (".", .badLabel("")), ("..", .badLabel("")),
    ("a..b", .badLabel("")), (".a", .badLabel("")), ("a b", .badLabel("a b")),
    ("sip_1.example", .badLabel("sip_1")), ("-a.example", .badLabel("-a")),
    ("a-.example", .badLabel("a-")), ("-", .badLabel("-")), ("10.1.1.1/24", .badLabel("1/24")),
    ("münchen.example", .badLabel("münchen")), ("a@b", .badLabel("a@b")),
    ("a`b", .badLabel("a`b")), ("a\0b", .badLabel("a\0b")),
    // A dot is also a dot after a format character or before a combining mark.
    ("a.\u{301}b", .badLabel("\u{301}b")), ("a\u{600}.", .badLabel("a\u{600}")),
    (longLabel + "a", .badLabel(longLabel + "a")), (longName + "b", .tooLong),
    ("1.2.3", .notIPv4), ("1.2.3.4.5", .notIPv4), ("256.1.1.1", .notIPv4), ("12", .notIPv4),
    ("10.01.1.1", .notIPv4), ("10.1.1.1.", .notIPv4), ("sip.123", .notIPv4),
    ("2001:db8::1", .isIPv6), ("::", .isIPv6), ("::ffff:10.1.1.1", .isIPv6),
    ("10.1.1.1:5060", .notIPv6), ("sip.example:5060", .notIPv6), ("fe80::1%eth0", .notIPv6),
    ("[2001:db8::1]", .bracketed), ("[2001:db8::1]:5060", .bracketed),
  ])
  func `the host field refuses other texts with a reason`(text: String, expected: Why) {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::", "::1", "::ffff:10.1.1.1", "fe80::1",
    "sip6.example", "sip6.example.",
  ])
  func `the IPv6 host field accepts IPv6 addresses and host names`(text: String) {
    #expect(fault(text, for: .v6) == nil)
  }

  @Test(arguments: [
    ("10.1.1.1", Why.isIPv4), ("10.1.1.256", .notIPv4), ("", .badLabel("")),
    ("2001:db8:::1", .notIPv6), ("2001:db8::g", .notIPv6), ("1:2:3:4:5:6:7:8:9", .notIPv6),
    ("fe80::1%eth0", .notIPv6), ("2001:db8::/64", .notIPv6), ("::1\0", .notIPv6),
    ("[::1]", .bracketed), ("sip_6", .badLabel("sip_6")),
  ])
  func `the IPv6 host field refuses other texts with a reason`(text: String, expected: Why) {
    #expect(fault(text, for: .v6) == expected)
  }

  @Test(arguments: [
    ("SIP1.Example.NET", "sip1.example.net"), ("sip1.example.net.", "sip1.example.net"),
    ("10.1.1.1", "10.1.1.1"), (".", "."), ("", ""), ("a..", "a."),
    ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:0db8::0001", "2001:db8::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("0:0:0:0:0:0:0:0", "::"),
    ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("::FFFF:0A01:0101", "::ffff:10.1.1.1"),
    ("NOT:IPV6", "not:ipv6"), ("::1\0x", "::1\0x"), ("a\u{600}.", "a\u{600}"),
  ])
  func `hosts compare in lower case, without a last dot, IPv6 as RFC 5952 writes it`(
    text: String, canonical: String
  ) {
    #expect(Host.canonical(text) == canonical)
    #expect(Host.canonical(canonical) == canonical || text == "a..")
  }

  @Test func `only four plain decimal numbers are an IPv4 address`() {
    #expect(Host.isIPv4(Host.loopback))
    for text in [
      "", "1.2.3", "1.2.3.4.", "01.2.3.4", "1.2.3.4444", "1.2.3.-4", "1.2.3.x", "1..3.4",
    ] {
      #expect(!Host.isIPv4(text), "\(text)")
    }
  }

  @Test func `every text form of an IPv6 address is accepted, except with a zone`() {
    for text in ["::", "1::", "::1.2.3.4", "1:2:3:4:5:6:7:8"] {
      #expect(Host.isIPv6(text), "\(text)")
    }
    for text in ["", ":", "1.2.3.4", "fe80::1%1", "::1\u{0}"] {
      #expect(!Host.isIPv6(text), "\(text)")
    }
  }
}
