import PortGroupModel
import TestSupport
import Testing

/// Which servers of two configurations are the same: a table of tiny cases, and random groups in any order.
@Suite struct ServerPairingTests {
  /// Wanted and present servers, and for each wanted one the number of the present one, from 1, or `-`.
  private static let cases: [(wanted: [String], present: [String], matches: String)] = [
    ([], ["id=1 s=102 h=a"], ""),
    (["s=102 h=a"], [], "-"),
    // Equal values are stronger than ids: two servers that exchanged their ids are the same.
    (
      ["id=1 s=102 h=b p=1", "id=2 s=102 h=a p=1"], ["id=1 s=102 h=a p=1", "id=2 s=102 h=b p=1"],
      "2 1"
    ),
    // A host that moved on one id is the same server.
    (["id=1 s=102 h=b p=1"], ["id=1 s=102 h=a p=1"], "1"),
    // An id is stronger than a key.
    (
      ["id=1 s=102 h=b p=1", "id=2 s=102 h=c p=1"], ["id=2 s=102 h=b p=2", "id=1 s=102 h=d p=2"],
      "2 1"
    ),
    // An id of another service is another server.
    (["id=1 s=101 h=a"], ["id=1 s=102 h=a"], "-"),
    // Without known ids: service and host, the ports first.
    (
      ["id=8 s=102 h=a p=1 o=1", "id=9 s=102 h=a p=2 o=1"],
      ["id=1 s=102 h=a p=2 o=2", "id=2 s=102 h=a p=1 o=2"], "2 1"
    ),
    (["s=102 h=a p=7 t=1"], ["id=1 s=102 h=a p=5 t=2", "id=2 s=102 h=a p=6 t=1"], "2"),
    (["s=102 h=A. p=1"], ["id=1 s=102 h=a p=2"], "1"),
    (["s=102 h=b"], ["id=1 s=102 h=a"], "-"),
    (["s=101 h=a"], ["id=1 s=102 h=a"], "-"),
    (["s=102 v=2001:DB8::1"], ["id=1 s=102 h=127.0.0.1 v=2001:db8:0::1 p=3"], "1"),
    // No host is the loopback address.
    (["s=102 p=1"], ["id=1 s=102 h=127.0.0.1 p=1"], "1"),
    // A field that is not known matches any value.
    (["s=102 h=a"], ["id=1 s=102 h=a p=1 o=4"], "1"),
    (["s=102 h=a p=1"], ["s=102 h=a p=1 o=4"], "1"),
    // Duplicates: one each, those of one id first.
    (
      ["id=2 s=102 h=a p=1", "id=1 s=102 h=a p=1"], ["id=1 s=102 h=a p=1", "id=2 s=102 h=a p=1"],
      "2 1"
    ),
    (["id=7 s=102 h=a", "id=8 s=102 h=a", "id=9 s=102 h=a"], ["id=1 s=102 h=a"], "1 - -"),
  ]

  @Test func `servers are paired by equal values, then by id, then by service and host`() {
    for one in Self.cases {
      let pairing = ServerPairing(
        wanted: one.wanted.map(fields), present: one.present.map(fields))
      let text = pairing.matches.map { $0.map { String($0 + 1) } ?? "-" }.joined(separator: " ")
      #expect(text == one.matches, "\(one.wanted) in \(one.present)")
      let taken = Set(pairing.matches.compactMap(\.self))
      #expect(pairing.rest == one.present.indices.filter { !taken.contains($0) })
    }
  }

  @Test func `a server that is taken is not paired, and not among the rest`() {
    let present = ["id=1 s=102 h=a", "id=2 s=102 h=b"].map(fields)
    let pairing = ServerPairing(wanted: [fields("s=102 h=a")], present: present, taken: [0])
    #expect(pairing.matches == [nil])
    #expect(pairing.rest == [1])
  }

  @Test func `a choice among servers that a row does not distinguish is ambiguous`() {
    let present = ["id=1 s=102 h=a p=1 o=0", "id=2 s=102 h=a p=2 o=1"].map(fields)
    #expect(
      ServerPairing(wanted: [fields("s=102 h=a o=5")], present: present).ambiguous == [0])
    #expect(
      ServerPairing(wanted: [fields("s=102 h=a p=1 o=5")], present: present).ambiguous == [])
  }

  @Test(arguments: 0..<200)
  func `the pairs do not depend on the order of either side`(seed: Int) {
    let pair = ConfigurationPair(seed: UInt64(seed), emptiesFixedFields: true)
    var chance = SeededGenerator(seed: UInt64(seed))
    for (old, new) in zip(pair.before, pair.after) {
      let (present, wanted) = (old.servers.map(\.whole), new.servers.map(\.whole))
      let first = texts(wanted, present)
      for _ in 0..<4 {
        let shuffled = texts(
          wanted.shuffled(using: &chance), present.shuffled(using: &chance))
        #expect(shuffled == first, "\(pair)")
      }
    }
  }

  @Test(arguments: 0..<100)
  func `a field that one side does not know does not depend on the order either`(seed: Int) {
    let pair = ConfigurationPair(seed: UInt64(seed))
    var chance = SeededGenerator(seed: UInt64(seed))
    for (old, new) in zip(pair.before, pair.after) {
      let present = old.servers.map(\.whole)
      // A file without ids, and with different columns in each row.
      let wanted = new.servers.map(\.whole).map { server in
        server.filtered { [.service, .host].contains($0) || chance.chance(60) }
      }
      let first = texts(wanted, present)
      #expect(texts(wanted.reversed(), present.reversed()) == first, "\(pair)")
    }
  }

  /// The pairs by the servers' values and ids, sorted.
  private func texts(_ wanted: [FieldValues], _ present: [FieldValues]) -> [String] {
    let pairing = ServerPairing(wanted: wanted, present: present)
    return pairing.matches.enumerated().map { index, match in
      let other = match.map { "\(present[$0][.objectID].text ?? "") \(notation(present[$0]))" }
      return "\(wanted[index][.objectID].text ?? "") \(notation(wanted[index])): \(other ?? "-")"
    }.sorted()
  }
}
