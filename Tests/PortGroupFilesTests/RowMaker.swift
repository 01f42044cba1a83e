// Makes random rows in XML, valid and invalid; the same seed gives the same rows.

import PortGroupModel
import TestSupport

struct RowMaker {
  private var chance: SeededGenerator

  init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

  /// Returns one row; about half of all rows are valid.
  mutating func row() -> String {
    var columns = Column.all.filter { _ in chance.chance(35) }
    columns.shuffle(using: &chance)
    var elements = columns.map { column in
      let text = chance.chance(6) ? wildText(of: column) : mostlyGood(column)
      return "<\(column.name)>\(escaped(text))</\(column.name)>"
    }
    let place = Int.random(in: 0...elements.count, using: &chance)
    switch Int.random(in: 0..<60, using: &chance) {
    case 0: elements.insert("<Colour>red</Colour>", at: place)
    case 1: elements.insert(contentsOf: elements.prefix(1), at: place)
    case 2: elements.insert("<Junk><Port>1</Port></Junk>", at: place)
    case 3: elements.insert("loose", at: place)
    case 4: elements.insert("<URI kind='x'/>", at: place)
    case 5: elements.insert("<!-- a comment --><?and an instruction?>", at: place)
    case 6: elements.insert("<URI xml:lang='en'/>", at: place)
    default: break
    }
    let attribute = chance.chance(1) ? " kind='x'" : ""
    return "<PortGroupServer\(attribute)>\(elements.joined())</PortGroupServer>"
  }

  private mutating func mostlyGood(_ column: Column) -> String {
    let (good, bad) = pools(of: column)
    return bad.isEmpty || !chance.chance(6) ? chance.pick(good) : chance.pick(bad)
  }

  /// Returns the texts of one column for random rows.
  func texts(of column: Column) -> [String] {
    let (good, bad) = pools(of: column)
    return good + bad
  }

  /// Returns a random text that resembles a valid one.
  mutating func wildText(of column: Column) -> String {
    let alphabet: String
    switch column {
    case .match(.hostV6), .field(.hostV6): alphabet = "0123af:::.."
    case .match(.host), .field(.host): alphabet = "0129ab-..."
    case .operation: return ""
    case .field(.objectID), .field(.groupObjectID): alphabet = "0a-"
    default: alphabet = "0123456789"
    }
    let letters = Array(alphabet)
    return String(
      (0..<Int.random(in: 1...18, using: &chance)).map { _ in chance.pick(letters) })
  }

  private func pools(of column: Column) -> (good: [String], bad: [String]) {
    switch column {
    case .portGroup: (["PhoneSystem-1 SIP", "ä <&>", "", " ", "a\nb", "%null%"], [])
    case .integrationMethod: (["1", "2", "3", "", " 03 "], ["4", "SIP", "0", "-1", "+2"])
    case .operation:
      (
        ["create", "Update", "UPSERT", " delete\n", "", "  "],
        ["insert", "creat", "create update", "creaté"]
      )
    case .ignored: (["", "anything", "1 < 2"], [])
    case .field(let field), .match(let field): pools(of: field)
    }
  }

  private func pools(of field: Field) -> (good: [String], bad: [String]) {
    switch field.rule.kind {
    case .uri: (["", "/vmrest/portgroups/x", "not an address"], [])
    case .objectID:
      (
        ["42ef5946-c5f2-4556-9897-6a4b6e116dfa", " 42EF5946-C5F2-4556-9897-6A4B6E116DFA\n", ""],
        [
          "42ef5946-c5f2-4556-9897-6a4b6e116df", "42ef5946-c5f2-4556-9897-6a4b6e116dfaa",
          "(42ef5946-c5f2-4556-9897-6a4b6e116dfa)", "42ef5946c5f2455698976a4b6e116df",
          "42ef5946-c5f2-4556-9897-6a4b6e116dfg", "PhoneSystem-1", "1.01E+09",
        ]
      )
    case .host: (RowMaker.names + RowMaker.addresses, RowMaker.noHosts + ["::1", "[::1]", "1:2"])
    case .hostV6: (RowMaker.names + RowMaker.addressesV6, RowMaker.noHosts + RowMaker.noAddressesV6)
    case .integer:
      (
        ["0", "9999", " 5060 ", "\n5061\t", "00005", String(repeating: "0", count: 40) + "7"],
        [
          "10000", "-1", "+5", "5 060", "5060.0", "abc", "1e3", "٣", "0x10", "", " ", "5060\u{A0}",
          "-0", String(repeating: "9", count: 40), "09999 9",
        ]
      )
    case .enumeration(let cases):
      (
        cases.map { String($0.value) } + cases.map { " 0\($0.value)\n" },
        ["99", "107", "sip", "", "1", "15", "-100", "+10", "100.0", "1 0"]
      )
    }
  }

  private static let label63 = String(repeating: "a", count: 63)
  private static let name253 =
    [label63, label63, label63, String(repeating: "b", count: 61)].joined(separator: ".")
  private static let names = [
    "sip-a.lab.example", "a", "a.", "A.Example.", "x--y.example", "1a", "1-2", "a.1-2", "", " \n ",
    " h ", label63 + ".example", name253, name253 + ".", "1.2.3.4a", "0.a",
  ]
  private static let addresses = ["10.0.0.1", "0.0.0.0", "255.255.255.255", "\t10.20.30.40 "]
  private static let addressesV6 = [
    "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8",
    "FD00::ABCD", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", "0001::", "1:2:3:4:5::1.2.3.4",
    "::2:3:4:5:6:1.2.3.4", "1::6:1.2.3.4",
  ]
  private static let noHosts = [
    "256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4.", "-a", "a-", "a.-b", "a..b", ".a", "..", "a_b",
    "ä.example", "a" + label63, "a" + name253, "a" + name253 + ".", "1.2.3.4:5060", "a b", ".",
    "12", "a.12", "a.1-", "10.0.0.1\u{A0}", "a\u{308}", "“a”", "#REF!", "1.2.3.4.5", "a..",
    "a.example:5060",
  ]
  private static let noAddressesV6 = [
    ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "fe80::1%eth0",
    "1:2:3:4:5:6:7:8::", "1::2:3:4:5:6:7:8", "10.0.0.1", "::256.1.1.1", "::01.2.3.4", "[::1]",
    "1:2:3:4:5:6:7:1.2.3.4", ":1", "1:", ":", "1:2:3:4:5:6::1.2.3.4", "::1.2.3", "1.2.3.4::",
  ]
}

/// Returns the text escaped for XML.
func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
}
