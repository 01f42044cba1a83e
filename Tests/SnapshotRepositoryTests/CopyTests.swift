import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// Copies of a repository: what is copied, what never changes there, and what is refused.
@Suite struct CopyTests {
  private let files = MemoryFiles()
  private let other = MemoryFiles()
  private var rig: RepositoryRig
  private var copied: RepositoryRig { RepositoryRig(other) }

  init() throws {
    rig = RepositoryRig(files)
    try rig.prepare()
  }

  @discardableResult private func copy() throws -> RepositoryCopying.Result {
    var copying = RepositoryCopying(try Repository(files), to: other)
    return try copying.copy()
  }

  @Test func `a copy has all snapshots, and later only new ones are added`() throws {
    let first = try rig.backup([3])
    try rig.backup([3])
    #expect(try copy() == RepositoryCopying.Result(snapshots: 2, objects: 1, lines: 2, checked: 2))
    #expect(try copy() == RepositoryCopying.Result(checked: 2))
    try rig.backup([4])
    try rig.writer().keep(first, in: rig.history(), reason: "x")
    #expect(try copy() == RepositoryCopying.Result(snapshots: 1, objects: 1, lines: 2, checked: 3))
    #expect(try copied.problems() == [])
    #expect(try copied.history().all == rig.history().all)
    #expect(try copied.history().chain.head == rig.history().chain.head)
    #expect(try copied.isReadable(first))
  }

  @Test func `what was copied stays when it is forgotten`() throws {
    let first = try rig.backup([3])
    try rig.backup([4])
    try copy()
    try rig.writer().forget([first], in: rig.history())
    try copy()
    #expect(try copied.isReadable(first))
    #expect(try copied.problems() == [])
    #expect(other.allFiles.contains { $0.hasPrefix("trash/") } == false)
  }

  @Test func `what was forgotten before it was copied is left out`() throws {
    let first = try rig.backup([3])
    try rig.backup([4])
    try rig.writer().forget([first], in: rig.history())
    #expect(try copy().snapshots == 1)
    #expect(try copied.problems() == [])
  }

  @Test func `a damaged snapshot is reported and not copied`() throws {
    let first = try rig.backup([3])
    let second = try rig.backup([4])
    try files.file(RepositoryLayout.object(first.object)).bytes[20] ^= 1
    let result = try copy()
    #expect(
      result.missing == [
        "repo/" + RepositoryLayout.manifest(first.id, of: RepositoryRig.prod.folder())
      ])
    #expect(try copied.isReadable(second))

    // Once it is whole again, the next copy has it too.
    try files.file(RepositoryLayout.object(first.object)).bytes[20] ^= 1
    #expect(try copy() == RepositoryCopying.Result(snapshots: 1, objects: 1, checked: 2))
    #expect(try copied.isReadable(first))
    #expect(try copied.problems() == [])
  }

  @Test func `what is damaged or missing in the copy is copied again`() throws {
    let first = try rig.backup([3])
    let second = try rig.backup([4])
    try copy()
    try other.file(RepositoryLayout.object(first.object)).bytes[20] ^= 1
    try other.remove(RepositoryLayout.manifest(second.id, of: RepositoryRig.prod.folder()))
    #expect(try copy() == RepositoryCopying.Result(snapshots: 1, objects: 1, checked: 2))
    #expect(try copied.problems() == [])
  }

  @Test func `a chain that has other lines is refused, and nothing is written`() throws {
    try rig.backup([3])
    try copy()
    let chain = RepositoryLayout.chain(RepositoryRig.prod.folder())
    // As if the repository had been set back to an earlier state.
    try files.file(chain).bytes = []
    try files.remove(
      RepositoryLayout.manifest(
        try #require(try copied.history().newest).id, of: RepositoryRig.prod.folder()))
    try rig.backup([5])
    _ = try Repository.prepare(in: files, now: rig.now) { settings, _ in settings.drillAge = 60 }
    let before = other.changes
    #expect(throws: RepositoryFault(.notACopy("repo/" + chain))) { try copy() }
    #expect(other.changes == before)
  }

  @Test func `another repository is refused`() throws {
    try rig.backup([3])
    try copied.prepare()
    #expect(throws: RepositoryFault(.otherRepository("repo"))) { try copy() }
  }

  @Test func `only the original adds to a copy, until it becomes a repository of its own`() throws {
    let first = try rig.backup([3])
    try copy()
    #expect(throws: RepositoryFault(.isCopy("repo"))) { _ = try copied.writer() }
    try copied.prepare()
    #expect(try copied.backup([3]).object == first.object)
    #expect(throws: RepositoryFault(.otherRepository("repo"))) { try copy() }
  }

  @Test func `a broken chain is not copied`() throws {
    try rig.backup([3])
    let chain = RepositoryLayout.chain(RepositoryRig.prod.folder())
    try files.file(chain).bytes[10] ^= 1
    #expect(throws: RepositoryFault(.chainBroken("repo/" + chain, line: 1))) { try copy() }
  }
}
