import HTTPMessages
import PortGroupModel
import RowLedger
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

/// Which groups are compared, in which order, and what happens where one cannot be read.
@Suite struct ConfigurationComparisonTests {
  /// A configuration in memory; a group named `bad` cannot be read.
  private struct Memory: Configuration {
    var name: String
    var showsEmptyGroups = true
    var scope: [String] = []
    var content: [(group: ConfigurationGroup, hosts: [String])]

    func groups() -> [ConfigurationGroup] { content.map(\.group) }

    func servers(of group: ConfigurationGroup) async throws(RunStop) -> [FieldValues] {
      if group.name == "bad" { throw .server("bad cannot be read") }
      await Task.yield()
      let hosts = content.first { $0.group == group }?.hosts ?? []
      return hosts.map { [.service: "102", .host: .text($0)] }
    }
  }

  /// Groups as `1 name`, `name` or `1`, each with its hosts.
  private func memory(
    _ name: String, _ groups: KeyValuePairs<String, [String]>, scope: [String] = [],
    showsEmptyGroups: Bool = true
  ) -> Memory {
    Memory(
      name: name, showsEmptyGroups: showsEmptyGroups, scope: scope,
      content: groups.map { text, hosts in
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        let id = Int(words[0]).map(EngineRig.id)
        let rest = id == nil ? text : words.dropFirst().joined()
        return (ConfigurationGroup(objectID: id, name: rest.isEmpty ? nil : rest), hosts)
      })
  }

  /// The groups that are compared, as `old = new`, `- old`, `+ new`.
  private func pairs(
    _ old: Memory, _ new: Memory, only: [String] = []
  ) async throws -> [String] {
    func text(_ group: ConfigurationGroup) -> String {
      let id = group.objectID.map { String($0.text.suffix(1)) }
      return [id, group.name].compactMap(\.self).joined(separator: " ")
    }
    let comparison = ConfigurationComparison(old: old, new: new, onlyGroups: only)
    return try await comparison.groups().map { pair in
      switch (pair.old, pair.new) {
      case (let old?, let new?): "\(text(old)) = \(text(new))"
      case (let old?, nil): "- \(text(old))"
      case (nil, let new?): "+ \(text(new))"
      case (nil, nil): "none"
      }
    }
  }

  private func pairs(_ old: [String], _ new: [String]) async throws -> [String] {
    func made(_ name: String, _ groups: [String]) -> Memory {
      var memory = memory(name, [:])
      for group in groups { memory.content += self.memory(name, [group: []]).content }
      return memory
    }
    return try await pairs(made("old", old), made("new", new))
  }

  @Test func `groups are the same by id, else by a name that is unique on both sides`() async throws
  {
    #expect(try await pairs(["1 A", "2 B"], ["2 A", "1 B"]) == ["1 A = 1 B", "2 B = 2 A"])
    #expect(try await pairs(["1 A"], ["9 A", "8 C"]) == ["1 A = 9 A", "+ 8 C"])
    #expect(try await pairs(["A", "B"], ["1 B", "2 C"]) == ["- A", "B = 1 B", "+ 2 C"])
    #expect(try await pairs(["1 A", "2 A"], ["2 A", "1 A"]) == ["1 A = 1 A", "2 A = 2 A"])
    // The new group of a known name is another group.
    #expect(try await pairs(["1 A"], ["1 A", "2 A"]) == ["1 A = 1 A", "+ 2 A"])
    #expect(try await pairs(["1"], ["1 A"]) == ["1 = 1 A"])
    // Names are compared by their bytes, then as Unicode text.
    #expect(
      try await pairs(["\u{E9}"], ["1 e\u{301}", "2 \u{E9}"]) == [
        "+ 1 e\u{301}", "\u{E9} = 2 \u{E9}",
      ]
    )
    #expect(try await pairs(["\u{E9}"], ["1 e\u{301}"]) == ["\u{E9} = 1 e\u{301}"])
  }

  @Test func `two groups of one name are an error, and not if they are not compared`() async throws
  {
    let old = memory("old", ["1 A": [], "2 A": [], "3 B": []])
    let new = memory("new", ["9 A": [], "3 B": []])
    let error = await #expect(throws: RunStop.self) { try await pairs(old, new) }
    #expect(
      error
        == .unsuitable(
          "it is not known which port groups named \"A\" are the same: old has \(EngineRig.id(1)), "
            + "\(EngineRig.id(2)), and new has \(EngineRig.id(9))"))
    #expect(try await pairs(old, new, only: ["B"]) == ["3 B = 3 B"])
    await #expect(throws: RunStop.self) { try await pairs(old, new, only: ["A"]) }
  }

  @Test func `a selected group may be on one side only, and an unknown one is an error`()
    async throws
  {
    let (old, new) = (memory("old", ["1 A": [], "2 B": []]), memory("new", ["9 A": []]))
    #expect(
      try await pairs(old, new, only: [EngineRig.id(9).text, "B"]) == ["1 A = 9 A", "- 2 B"])
    let error = await #expect(throws: RunStop.self) { try await pairs(old, new, only: ["Bb"]) }
    #expect(error == .unsuitable("neither old nor new has a port group \"Bb\""))
  }

  @Test func `an incomplete side restricts the comparison to its groups`() async throws {
    let part = memory("old", ["1 A": []], scope: ["A"])
    let all = memory("new", ["1 A": [], "2 B": []])
    #expect(try await pairs(part, all) == ["1 A = 1 A"])
    #expect(try await pairs(all, part) == ["1 A = 1 A"])
  }

  @Test func `a group without servers differs only from a side that could show it`() async throws {
    let all = memory("new", ["1 A": ["a"], "2 B": []])
    for (shows, same) in [(true, [true, false]), (false, [true, true])] {
      let file = memory("old", ["1 A": ["a"]], showsEmptyGroups: shows)
      #expect(try await differences(file, all).map(\.isSame) == same)
      #expect(try await differences(all, file).map(\.isSame) == same)
    }
    let other = memory("old", ["1 A": ["a"]], showsEmptyGroups: false)
    #expect(
      try await differences(other, memory("new", ["1 A": ["a"], "2 B": ["b"]])).map(\.isSame) == [
        true, false,
      ])
  }

  private func differences(
    _ old: any Configuration, _ new: any Configuration, services: [Int] = [], workers: Int = 1
  ) async throws -> [GroupDifference] {
    let comparison = ConfigurationComparison(old: old, new: new, onlyServices: services)
    var found: [GroupDifference] = []
    try await comparison.compare(
      try await comparison.groups(), workers: workers, control: RunControl()
    ) { difference throws(RunStop) in found.append(difference) }
    return found
  }

  @Test func `servers of other services are not compared`() async throws {
    let (old, new) = (memory("old", ["1 A": ["a"]]), memory("new", ["1 A": [], "2 B": ["b"]]))
    #expect(try await differences(old, new, services: [100]).map(\.isSame) == [true, true])
    #expect(try await differences(old, new, services: [102]).map(\.isSame) == [false, false])
  }

  @Test(arguments: [1, 2, 8, 1000])
  func `groups are passed on in their order, until one cannot be read`(workers: Int) async throws {
    var old = memory("old", [:])
    for number in 100..<160 {
      old.content += memory("old", ["\(number)x \(number)": ["h\(number)"]]).content
    }
    let found = try await differences(old, old, workers: workers)
    #expect(found.map(\.group.title) == old.content.map(\.group.title))
    #expect(found.allSatisfy { $0.comparison.unchanged.count == 1 })

    old.content += memory("old", ["bad": []]).content
    await #expect(throws: RunStop.server("bad cannot be read")) {
      try await differences(old, old, workers: workers)
    }
  }

  @Test func `a group that vanishes between the list and its turn is an error`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51)
    let opening = RunOpening(kind: .diff, source: "", target: rig.target, toolVersion: "test")
    let target = try await TargetConfiguration(
      "lab", on: rig.client, pace: rig.options.pace, setting: rig.setting(),
      run: try await rig.ledger.beginStaging(opening))
    #expect(Set(target.groups().map(\.name)) == ["SIP", "SCCP", "PIMG"])
    let sip = ConfigurationGroup(EngineRig.sip)
    #expect(try await target.servers(of: sip).map(\.hostText) == ["10.0.0.1"])
    #expect(try await target.servers(of: sip)[0][.hostV6] == .empty)
    rig.sandbox.meanwhile(.delete, EngineRig.sip.objectID.text)
    let error = await #expect(throws: RunStop.self) { try await target.servers(of: sip) }
    guard case .unreadable(let group) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      group.sentence
        == "port group \"SIP\" cannot be read: it was deleted while lab was read; run the command again"
    )
    #expect(server.writes == 0)
  }
}
