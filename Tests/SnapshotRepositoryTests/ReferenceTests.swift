import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// Which snapshot a word means.
@Suite struct ReferenceTests {
  private var rig: RepositoryRig
  private let snapshots: [Snapshot]
  private static let branch = SnapshotTarget(
    id: "00c0ffee-0000-4000-8000-000000000002", name: nil, url: "https://branch.example.com")

  init() throws {
    rig = RepositoryRig(MemoryFiles())
    try rig.prepare()
    var snapshots: [Snapshot] = []
    for counts in [[3, 2], [4, 2], [0, 2]] {
      snapshots.append(try rig.backup(counts))
      rig.now += 86_400
    }
    self.snapshots = snapshots
  }

  private func find(
    _ reference: SnapshotReference, of title: String? = nil,
    where isMeant: ((SnapshotTarget) -> Bool)? = nil
  ) throws(RepositoryFault) -> SnapshotID {
    try Repository(rig.files).histories()
      .snapshot(reference, ofTarget: title, where: isMeant).snapshot.id
  }

  private func fault(
    _ reference: SnapshotReference, of title: String? = nil,
    where isMeant: ((SnapshotTarget) -> Bool)? = nil
  ) -> RepositoryFault? {
    do throws(RepositoryFault) {
      _ = try find(reference, of: title, where: isMeant)
      return nil
    } catch {
      return error
    }
  }

  @Test func `latest is the newest good one, and not a later suspect one`() throws {
    #expect(try find(.latest) == snapshots[1].id)
    try rig.writer().accept(snapshots[2], in: rig.history(), reason: "closed")
    #expect(try find(.latest) == snapshots[2].id)
  }

  @Test func `a day is the newest good one that ended by then`() throws {
    #expect(try find(.endedBy(snapshots[0].ended, text: "x")) == snapshots[0].id)
    #expect(try find(.endedBy(snapshots[1].ended - 1, text: "x")) == snapshots[0].id)
    #expect(try find(.endedBy(snapshots[2].ended, text: "x")) == snapshots[1].id)
    #expect(
      fault(.endedBy(snapshots[0].ended - 1, text: "2026-11-27"))
        == RepositoryFault(.reference(.noGoodBefore(target: "prod", "2026-11-27"))))
  }

  @Test func `a name may be a suspect one, or one in the trash`() throws {
    #expect(try find(.beginning(snapshots[2].id.text)) == snapshots[2].id)
    try rig.writer().forget([snapshots[0]], in: rig.history())
    #expect(try find(.beginning(snapshots[0].id.text)) == snapshots[0].id)
    #expect(try rig.isReadable(snapshots[1]))
    let repository = try Repository(rig.files)
    let manifest = try repository.manifest(of: snapshots[0], in: rig.history())
    #expect(try repository.path(ofObject: manifest.object.sha256).contains("/trash/"))
  }

  @Test func `a beginning must be of one snapshot`() throws {
    #expect(
      fault(.beginning("2026")) == RepositoryFault(.reference(.ambiguous("2026", count: 3))))
    #expect(fault(.beginning("1999")) == RepositoryFault(.reference(.unknown("1999"))))
  }

  @Test func `with several targets, one must be named`() throws {
    let other = try rig.backup([7], of: Self.branch)
    #expect(
      fault(.latest)
        == RepositoryFault(
          .reference(.severalTargets(["https://branch.example.com", "prod"]))))
    #expect(try find(.latest, of: "branch") { $0.id == Self.branch.id } == other.id)
    #expect(
      fault(.latest, of: "lab") { $0.id == "lab" }
        == RepositoryFault(
          .reference(.noSuchTarget("lab", ["https://branch.example.com", "prod"]))))
    #expect(try find(.beginning(other.id.text)) == other.id)
  }

  @Test func `an empty repository has no snapshot, and one with suspects no good one`() throws {
    let empty = RepositoryRig(MemoryFiles())
    try empty.prepare()
    #expect(throws: RepositoryFault(.reference(.empty))) {
      try Repository(empty.files).histories().snapshot(.latest)
    }
    try empty.backup([0])
    #expect(throws: RepositoryFault(.reference(.noGood(target: "prod")))) {
      try Repository(empty.files).histories().snapshot(.latest)
    }
  }

  private static let uncertain = RepositoryFault(.reference(.uncertain(target: "prod")))

  @Test func `a snapshot that lost its line is found by its name alone`() throws {
    try rig.files.remove(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    #expect(try find(.beginning(snapshots[0].id.text)) == snapshots[0].id)
    #expect(fault(.latest) == Self.uncertain)
  }

  @Test(arguments: 0..<3)
  func `latest is refused if a later line is damaged, and not if an earlier one is`(line: Int)
    throws
  {
    let files = try #require(rig.files as? MemoryFiles)
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    var lines = chain.bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    lines[line][20] ^= 1
    chain.bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    // The second is the last good one: without its line, an older one would be taken for it.
    #expect(fault(.latest) == (line == 0 ? nil : Self.uncertain))
    #expect(try rig.history().isDamaged)
    #expect(try find(.beginning(snapshots[1].id.text)) == snapshots[1].id)
  }

  @Test func `a line after damaged ones has the same number in memory as in the file`() throws {
    let files = try #require(rig.files as? MemoryFiles)
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    var lines = chain.bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
    for line in [1, 2] { lines[line][20] ^= 1 }
    chain.bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    let writer = try rig.writer()
    let next = try rig.backup([4, 2], by: writer)
    #expect(next.line == 4)
    #expect(try rig.history()[next.id]?.line == 4)
    #expect(writer.history(of: RepositoryRig.prod)?.isUncertain(after: next) == false)
  }

  @Test func `a person can give snapshots new lines if theirs were lost`() throws {
    let files = try #require(rig.files as? MemoryFiles)
    try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder())).bytes = []
    for snapshot in snapshots {
      let writer = try rig.writer()
      let history = try #require(writer.histories.values.first)
      try writer.readopt(snapshot, in: history)
    }
    #expect(try find(.latest) == snapshots[1].id)
    #expect(try rig.problems() == [])
  }
}
