// Hosts: what the two host fields take, what they refuse and why, and how hosts compare.

import PortGroupModel
import Testing

@Suite struct HostTests {
  private static let longLabel = String(repeating: "a", count: 63)

  /// 253 characters, the most that a name may have.
  private static let longName =
    Array(repeating: longLabel, count: 3).joined(separator: ".")
    + "." + String(repeating: "b", count: 61)

  private func fault(_ text: String) -> Host.Fault? {
    do throws(Host.Fault) { try Host.check(text) } catch { return error }
    return nil
  }

  private func faultV6(_ text: String) -> Host.Fault? {
    do throws(Host.Fault) { try Host.checkV6(text) } catch { return error }
    return nil
  }

  @Test(arguments: [
    "10.1.1.1", "0.0.0.0", "255.255.255.255", "a", "sip1", "SIP1.Example.NET", "sip1.example.net.",
    "3com.example", "1.2.3.4.example", "a-b.c--d", "1e5", longLabel, longName, longName + ".",
  ])
  func `the host field takes IPv4 addresses and host names`(text: String) {
    #expect(fault(text) == nil)
  }

  @Test(arguments: [
    ("", Host.Fault.badLabel("")), (".", .badLabel("")), ("..", .badLabel("")),
    ("a..b", .badLabel("")), (".a", .badLabel("")), ("a b", .badLabel("a b")),
    ("sip_1.example", .badLabel("sip_1")), ("-a.example", .badLabel("-a")),
    ("a-.example", .badLabel("a-")), ("-", .badLabel("-")), ("10.1.1.1/24", .badLabel("1/24")),
    ("münchen.example", .badLabel("münchen")), ("a@b", .badLabel("a@b")),
    ("a`b", .badLabel("a`b")), ("a\0b", .badLabel("a\0b")),
    // A dot that a combining mark follows, or a format character precedes, is a dot all the same.
    ("a.\u{301}b", .badLabel("\u{301}b")), ("a\u{600}.", .badLabel("a\u{600}")),
    (longLabel + "a", .badLabel(longLabel + "a")), (longName + "b", .tooLong),
    ("1.2.3", .notIPv4), ("1.2.3.4.5", .notIPv4), ("256.1.1.1", .notIPv4), ("12", .notIPv4),
    ("10.01.1.1", .notIPv4), ("10.1.1.1.", .notIPv4), ("sip.123", .notIPv4),
    ("2001:db8::1", .isIPv6), ("::", .isIPv6), ("::ffff:10.1.1.1", .isIPv6),
    ("10.1.1.1:5060", .notIPv6), ("sip.example:5060", .notIPv6), ("fe80::1%eth0", .notIPv6),
    ("[2001:db8::1]", .bracketed), ("[2001:db8::1]:5060", .bracketed),
  ])
  func `the host field refuses the rest and tells why`(text: String, expected: Host.Fault) {
    #expect(fault(text) == expected)
  }

  @Test(arguments: [
    "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::", "::1", "::ffff:10.1.1.1", "fe80::1",
    "sip6.example", "sip6.example.",
  ])
  func `the IPv6 host field takes IPv6 addresses and host names`(text: String) {
    #expect(faultV6(text) == nil)
  }

  @Test(arguments: [
    ("10.1.1.1", Host.Fault.isIPv4), ("10.1.1.256", .notIPv4), ("", .badLabel("")),
    ("2001:db8:::1", .notIPv6), ("2001:db8::g", .notIPv6), ("1:2:3:4:5:6:7:8:9", .notIPv6),
    ("fe80::1%eth0", .notIPv6), ("2001:db8::/64", .notIPv6), ("::1\0", .notIPv6),
    ("[::1]", .bracketed), ("sip_6", .badLabel("sip_6")),
  ])
  func `the IPv6 host field refuses the rest and tells why`(text: String, expected: Host.Fault) {
    #expect(faultV6(text) == expected)
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

  @Test func `every text form of an IPv6 address is one, but none with a zone`() {
    for text in ["::", "1::", "::1.2.3.4", "1:2:3:4:5:6:7:8"] {
      #expect(Host.isIPv6(text), "\(text)")
    }
    for text in ["", ":", "1.2.3.4", "fe80::1%1", "::1\u{0}"] {
      #expect(!Host.isIPv6(text), "\(text)")
    }
  }
}
