import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// What the next writer does with a manifest that has no line.
@Suite struct RecoveryTests {
  private let files = MemoryFiles()
  private var rig: RepositoryRig
  private let first: Snapshot
  private let last: Snapshot

  /// Two snapshots, of which the last one has lost its line, as if its writer had been stopped before it.
  init() throws {
    rig = RepositoryRig(files)
    try rig.prepare()
    first = try rig.backup([3])
    last = try rig.backup([4])
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    let end = try #require(chain.bytes.firstIndex(of: UInt8(ascii: "\n")))
    chain.bytes = Array(chain.bytes[...end])
  }

  @Test func `it gets its line, which says so`() throws {
    let writer = try rig.writer()
    #expect(writer.recovered.map(\.id) == [last.id])
    let entry = try #require(try rig.history().chain.entries.last)
    #expect(entry.line.recovered == true)
    #expect(entry.line.sha256 == last.manifest)
    #expect(try rig.history().lastGood?.id == last.id)
    #expect(try rig.problems() == [])
  }

  @Test func `without its object it stays as it is`() throws {
    try files.remove(RepositoryLayout.object(last.object))
    #expect(try rig.writer().recovered.isEmpty)
    #expect(try rig.history().lastGood?.id == first.id)
  }

  @Test func `with a damaged object it stays as it is`() throws {
    try files.file(RepositoryLayout.object(last.object)).bytes[20] ^= 1
    #expect(try rig.writer().recovered.isEmpty)
    #expect(try rig.history().lastGood?.id == first.id)
  }

  @Test func `if it follows another line than the last one, it stays as it is`() throws {
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    chain.bytes = []
    #expect(try rig.writer().recovered.isEmpty)
    #expect(try rig.history().all.isEmpty)
  }

  @Test func `a suspect one stays suspect`() throws {
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    _ = try rig.writer()
    let before = chain.bytes
    let suspect = try rig.backup([0])
    chain.bytes = before
    #expect(try rig.writer().recovered.map(\.id) == [suspect.id])
    #expect(try rig.history().lastGood?.id == last.id)
  }
}
