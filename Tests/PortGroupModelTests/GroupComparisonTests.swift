import PortGroupModel
import TestSupport
import Testing

/// What differs in a group between two configurations.
@Suite struct GroupComparisonTests {
  /// The differences as `- 1`, `+ s=102 h=a`, `~ 1 h: a → b`.
  private func texts(_ old: [String], _ new: [String]) -> [String] {
    GroupComparison(old: old.map(fields), new: new.map(fields)).differences.map { one in
      switch one {
      case .removed(let server): "- \(notation(server))"
      case .added(let server): "+ \(notation(server))"
      case .changed(let old, let new, let fields):
        "~ \(notation(old)): "
          + fields.map { "\($0) \(old[$0].text ?? "-") → \(new[$0].text ?? "-")" }
          .joined(separator: ", ")
      }
    }
  }

  @Test func `servers that only one side has are removed or added`() {
    #expect(texts(["id=1 s=102 h=a"], ["id=1 s=102 h=a", "id=2 s=102 h=b"]) == ["+ s=102 h=b"])
    #expect(texts(["id=1 s=102 h=a", "id=2 s=102 h=b"], ["id=2 s=102 h=b"]) == ["- s=102 h=a"])
  }

  @Test func `a swap of equal servers, other ids and another spelling are no difference`() {
    #expect(
      texts(["id=1 s=102 h=a", "id=2 s=102 h=b"], ["id=1 s=102 h=b", "id=2 s=102 h=a"]) == [])
    #expect(texts(["id=1 s=102 h=A.Example. p=05060"], ["id=9 s=102 h=a.example p=5060"]) == [])
    #expect(texts(["s=102 h=127.0.0.1 p=-"], ["s=102 h=-"]) == [])
  }

  @Test func `only fields that differ and that both sides know are listed`() {
    #expect(
      texts(["id=1 s=102 h=a p=1 o=3"], ["id=1 s=102 h=b p=1 o=-"]) == [
        "~ s=102 h=a p=1 o=3: host a → b, precedence 3 → -"
      ])
    #expect(
      texts(["id=1 s=102 h=a p=1 o=3"], ["id=1 s=102 h=a p=2"]) == [
        "~ s=102 h=a p=1 o=3: port 1 → 2"
      ])
    #expect(texts(["id=1 s=102 h=a p=1 o=3"], ["s=102 h=a"]) == [])
  }

  @Test func `one of two duplicates that goes is removed`() {
    #expect(texts(["id=1 s=102 h=a", "id=2 s=102 h=a"], ["id=2 s=102 h=a"]) == ["- s=102 h=a"])
  }

  @Test func `removed servers come first, then changed ones, then added ones`() {
    #expect(
      texts(
        ["id=1 s=102 h=a p=1", "id=2 s=102 h=b p=1"], ["id=3 s=101 h=c", "id=2 s=102 h=b p=2"])
        == ["- s=102 h=a p=1", "~ s=102 h=b p=1: port 1 → 2", "+ s=101 h=c"])
  }

  @Test(arguments: 0..<200)
  func `both directions agree, and a configuration does not differ from itself`(seed: Int) {
    let pair = ConfigurationPair(seed: UInt64(seed))
    for (before, after) in zip(pair.before, pair.after) {
      let (old, new) = (before.servers.map(\.whole), after.servers.map(\.whole))
      #expect(GroupComparison(old: old, new: old.shuffled()).differences.isEmpty)
      let forward = GroupComparison(old: old, new: new)
      let back = GroupComparison(old: new, new: old)
      #expect(forward.unchanged.count == back.unchanged.count, "\(pair)")
      #expect(forward.differences.isEmpty == back.differences.isEmpty)
      #expect(forward.removed + new.count == forward.added + old.count)
    }
  }
}

extension GroupComparison {
  fileprivate var removed: Int {
    differences.count { if case .removed = $0 { true } else { false } }
  }
  fileprivate var added: Int {
    differences.count { if case .added = $0 { true } else { false } }
  }
}
