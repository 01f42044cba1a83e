// Plan files: one plan has one text, every change of a file is noticed, and the fingerprint says what is done.

import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@Suite struct PlanFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static var example: PlanMaker {
    var maker = PlanMaker()
    maker.group("Branch", extra: ["10.0.0.200"])
    maker.update("10.0.0.1", set: [.host: "10.50.0.1", .hostV6: ""])
    maker.refuse(.noMatch)
    maker.create("10.50.0.9")
    maker.group("Zentrale \"Süd\"\n")
    maker.delete("10.0.1.1")
    maker.unchanged = 3
    return maker
  }

  private func written(_ maker: PlanMaker = example) throws -> String {
    let path = folder.path("\(UUID()).plan")
    try maker.write(to: path)
    return path
  }

  private func read(_ path: String) throws(PlanFault) -> (head: PlanHead, entries: [PlanEntry]) {
    let reader = try PlanReader(path)
    var pass = try reader.entries()
    var entries: [PlanEntry] = []
    while let entry = try pass.next() { entries.append(entry) }
    return (reader.head, entries)
  }

  private func fault(_ text: String) throws -> PlanFault? {
    let path = folder.path("changed.plan")
    try folder.write(text, to: "changed.plan")
    return #expect(throws: PlanFault.self) { _ = try read(path) }
  }

  @Test func `a plan is read as it was written, as often as it is wanted`() throws {
    let path = try written()
    let reader = try PlanReader(path)
    for _ in 1...2 {
      var pass = try reader.entries()
      var entries: [PlanEntry] = []
      while let entry = try pass.next() { entries.append(entry) }
      #expect(entries == Self.example.entries)
      let counts = pass.result?.counts
      #expect(counts?.unchanged == 3)
      #expect(counts?.steps == 3)
      #expect(counts?.changedGroups == 2)
      let size = pass.size
      #expect(size == (try Data(contentsOf: URL(fileURLWithPath: path))).count)
    }
    let status = try FileManager.default.attributesOfItem(atPath: path)
    #expect(status[.posixPermissions] as? Int == 0o600)
  }

  @Test(arguments: [
    PlanHead.Part(),
    PlanHead.Part(groups: ["A", "B\n\""], services: [100, 102], limit: 5, invalid: 3),
  ])
  func `the part of the inputs is read as it was written`(part: PlanHead.Part) throws {
    var maker = Self.example
    let whole = try read(try written(maker)).head
    maker.part = part
    let head = try read(try written(maker)).head
    #expect(whole.part == nil)
    #expect(head.part == part)
    #expect(head.fingerprint == whole.fingerprint)
  }

  @Test func `a file that others could read before is not readable for them as a plan`() throws {
    let path = folder.path("old.plan")
    try folder.write("", to: "old.plan")
    unsafe chmod(path, 0o666)
    try Self.example.write(to: path)
    #expect(
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test func `the lines are JSON with sorted keys`() throws {
    let lines = try String(contentsOfFile: written(), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 8)
    let update = [
      #"{"before":{"HostOrIPAddress":"10.0.0.1","MediaRemoteServiceEnum":"102","#,
      #""ObjectId":"bbbbbbbb-0000-4000-8000-000000000002","Port":"5060","Precedence":"0","TlsPort":"5061"},"#,
      #""do":"update","from":"move.csv:2","group":"aaaaaaaa-0000-4000-8000-000000000001","#,
      #""server":"bbbbbbbb-0000-4000-8000-000000000002","service":102,"#,
      #""set":{"HostOrIPAddress":"10.50.0.1","HostOrIPAddressV6":""},"step":1}"#,
    ].joined()
    #expect(lines[2] == update)
    #expect(
      lines[3]
        == #"{"from":"move.csv:3","group":"aaaaaaaa-0000-4000-8000-000000000001","refuse":"no-match"}"#
    )
  }

  @Test func `each changed byte is noticed`() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: written()))
    let path = folder.path("changed.plan")
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x01
      try changed.write(to: URL(fileURLWithPath: path))
      #expect(throws: PlanFault.self, "byte \(place)") { _ = try read(path) }
    }
  }

  @Test func `a file that ends anywhere is not a plan`() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: written()))
    let path = folder.path("cut.plan")
    let firstLine = try #require(bytes.firstIndex(of: 0x0A))
    for length in 0..<bytes.count {
      try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: PlanFault.self) { _ = try read(path) }
      #expect(error?.kind == (length <= firstLine ? .notAPlan : .cut), "\(length)")
    }
  }

  @Test func `lines that are moved, repeated or left out are noticed`() throws {
    let lines = try String(contentsOfFile: written(), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
    for index in 1..<lines.count - 1 {
      var without = lines
      without.remove(at: index)
      #expect(try fault(text(without)) != nil)
      var twice = lines
      twice.insert(lines[index], at: index)
      #expect(try fault(text(twice)) != nil)
    }
    #expect(
      try fault(text(lines + [lines[1]]))?.message.contains(":9: the plan was changed: ") == true)
    let newer = lines[0].replacing("\"cupibulk-plan\":1", with: "\"cupibulk-plan\":2")
    #expect(try fault(text([newer] + lines.dropFirst()))?.kind == .newer(2))
  }

  @Test func `what does not belong together is a fault although all digests are right`() throws {
    let path = folder.path("odd.plan")
    let entries = Self.example.entries
    func fault(_ change: (inout [PlanEntry]) -> Void) throws -> PlanFault.Kind? {
      var changed = entries
      change(&changed)
      try PlanMaker(entries: changed).write(to: path)
      return #expect(throws: PlanFault.self) { _ = try read(path) }?.kind
    }
    #expect(
      try fault { $0.append($0[0]) } == .line(8, "its port group occurs twice"))
    #expect(
      try fault { $0.insert($0[1], at: 1) } == .line(4, "step 1 follows step 1"))
    #expect(
      try fault { entries in
        guard case .step(var step) = entries[1] else { return }
        step.number = 3
        entries.insert(.step(step), at: 4)
        guard case .step(var last) = entries[6] else { return }
        last.number = 4
        entries[6] = .step(last)
      } == .line(6, "its server is in two steps"))
    #expect(
      try fault { $0.swapAt(0, 4) } == .line(3, "its port group is not the one above it"))
  }

  @Test func `a group has at most as many rows as a run allows`() throws {
    var maker = PlanMaker()
    maker.group("Branch")
    for _ in 0...PlanReader.mostRowsOfGroup { maker.refuse(.exists) }
    let path = try written(maker)
    let error = #expect(throws: PlanFault.self) { _ = try read(path) }
    #expect(
      error?.kind == .line(10_003, "its port group has more than 10000 rows"))
  }

  // MARK: The fingerprint

  private func fingerprint(_ entries: [PlanEntry], target: String = "id") -> String {
    var digest = PlanDigest()
    for entry in entries { digest.add(entry) }
    return digest.finish(target: target, unchanged: 0).fingerprint.text
  }

  @Test func `the fingerprint does not depend on names, files and the order of groups`() {
    let entries = Self.example.entries
    let own = fingerprint(entries)
    #expect(own.utf8.count == 26)
    let renamed = entries.map { entry -> PlanEntry in
      switch entry {
      case .group(var group):
        group.group.displayName += " (new)"
        group.listed = ""
        group.extra = []
        return .group(group)
      case .step(var step):
        step.from = "other.xml:9"
        return .step(step)
      case .refusal(var refusal):
        refusal.from = "other.xml:9"
        return .refusal(refusal)
      }
    }
    #expect(fingerprint(renamed) == own)
    #expect(fingerprint(Array(entries[4...] + entries[..<4])) == own)
  }

  @Test func `the fingerprint depends on everything that is done`() {
    let entries = Self.example.entries
    var found = [fingerprint(entries), fingerprint(entries, target: "other")]
    func changed(_ index: Int, _ change: (inout PlanStep) -> Void) {
      var copy = entries
      guard case .step(var step) = copy[index] else { return }
      change(&step)
      copy[index] = .step(step)
      found.append(fingerprint(copy))
    }
    changed(1) { $0.change.set[.host] = "10.50.0.2" }
    changed(1) { $0.change.set[.hostV6] = .absent }
    changed(1) { $0.change.before?[.port] = "5070" }
    changed(1) { $0.change.server = PlanMaker.serverID(99) }
    changed(3) { $0.change.set[.service] = "101" }
    for index in [1, 2, 3, 5] {
      var copy = entries
      copy.remove(at: index)
      found.append(fingerprint(copy))
    }
    var refused = entries
    refused[2] = .refusal(
      PlanRefusal(code: .exists, group: PlanMaker.groupID(1), from: "move.csv:3"))
    found.append(fingerprint(refused))
    #expect(Set(found).count == found.count)
  }

  @Test(arguments: [
    ("AAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAA"),
    (" abcdefghijklmnopqrstuvwxyz\t", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("ABCDEFGH", nil), ("ABCDEFGHIJKLMNOPQRSTUVWXY1", nil), ("", nil),
  ])
  func `a fingerprint is read as it is typed, and only whole`(typed: String, text: String?) {
    #expect(PlanFingerprint(typed)?.text == text)
  }

  @Test func `a fingerprint is base32 of the first 130 bits`() {
    // `printf '' | sha256sum | xxd -r -p | base32`
    let digest: [UInt8] = [
      0xE3, 0xB0, 0xC4, 0x42, 0x98, 0xFC, 0x1C, 0x14, 0x9A, 0xFB, 0xF4, 0xC8, 0x99, 0x6F, 0xB9,
      0x24, 0x27, 0xAE, 0x41, 0xE4, 0x64, 0x9B, 0x93, 0x4C, 0xA4, 0x95, 0x99, 0x1B, 0x78, 0x52,
      0xB8, 0x55,
    ]
    #expect(PlanFingerprint(digest: digest).text == "4OYMIQUY7QOBJGX36TEJS35ZEQ")
  }
}
