import Compression
import FoundationEssentials
import TestSupport
import Testing

@testable import SnapshotRepository

/// What the verification says of every kind of damage.
@Suite struct VerificationTests {
  private let files = MemoryFiles()
  private var rig: RepositoryRig
  private let first: Snapshot
  private let second: Snapshot
  private let third: Snapshot
  private let folder = RepositoryRig.prod.folder()

  init() throws {
    rig = RepositoryRig(files)
    try rig.prepare()
    first = try rig.backup([3, 2])
    rig.now += 86_400
    second = try rig.backup([4, 2])
    rig.now += 86_400
    third = try rig.backup([5, 2])
    try rig.writer().forget([first], in: rig.history())
    try rig.writer().recordDrill(of: third, in: rig.history(), passed: true)
  }

  private var chain: String { RepositoryLayout.chain(folder) }

  private func found() throws -> [String] {
    try rig.problems().map { "\($0.path.dropFirst("repo/".count)): \($0.kind)" }
  }

  private func lines() throws -> [[UInt8]] {
    try files.file(chain).bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
  }

  private func write(_ lines: [[UInt8]]) throws {
    try files.file(chain).bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
  }

  @Test func `an undamaged repository has no problem`() throws {
    #expect(try found() == [])
    #expect(try lines().count == 5)
  }

  @Test func `every changed byte of every file is noticed`() throws {
    for path in files.allFiles {
      let file = try files.file(path)
      let original = file.bytes
      for index in original.indices {
        file.bytes[index] ^= 0x01
        let isNoticed =
          path == RepositoryLayout.settings
          ? (try? Repository(files)) == nil : try !rig.problems().isEmpty
        #expect(isNoticed, "byte \(index) of \(path)")
        file.bytes[index] = original[index]
      }
    }
  }

  @Test func `a file that is cut at any length is noticed`() throws {
    let head = try rig.history().chain.head
    for path in files.allFiles {
      let file = try files.file(path)
      let original = file.bytes
      for length in 0..<original.count {
        file.bytes = Array(original[..<length])
        // A chain that ends with a line, or before a line, is a shorter chain.
        let isNoticed =
          path == RepositoryLayout.settings
          ? (try? Repository(files)) == nil
          : try !rig.problems(heads: [head]).isEmpty
        #expect(isNoticed, "\(length) bytes of \(path)")
      }
      file.bytes = original
    }
  }

  @Test func `a missing manifest is named`() throws {
    let path = RepositoryLayout.manifest(second.id, of: folder)
    try files.remove(path)
    #expect(try found() == ["\(path): manifestMissing"])
  }

  @Test func `a manifest of another snapshot is named`() throws {
    let path = RepositoryLayout.manifest(second.id, of: folder)
    let other = RepositoryLayout.manifest(third.id, of: folder)
    try files.file(path).bytes = files.file(other).bytes
    #expect(try found() == ["\(path): manifestChanged"])
  }

  @Test func `a missing object is named`() throws {
    let path = RepositoryLayout.object(second.object)
    try files.remove(path)
    #expect(try found() == ["\(path): objectMissing"])
  }

  @Test func `an object with other content is named`() throws {
    let path = RepositoryLayout.object(second.object)
    let gzip = Gzip()
    var bytes: [UInt8] = []
    gzip.pack(Array("servers of somewhere else".utf8), into: &bytes)
    gzip.finish(into: &bytes)
    try files.file(path).bytes = bytes
    #expect(try found() == ["\(path): objectDamaged"])
  }

  @Test func `an object that was packed again is named as whole`() throws {
    let path = RepositoryLayout.object(second.object)
    // The operating system of RFC 1952, which does not matter for the content.
    try files.file(path).bytes[9] ^= 0xFF
    #expect(try found() == ["\(path): objectRepacked"])
  }

  @Test func `two lines that were exchanged are named`() throws {
    var lines = try lines()
    lines.swapAt(1, 2)
    try write(lines)
    #expect(
      try found() == [
        "\(chain): chainBroken(line: 2, SnapshotRepository.Chain.Break.Cause.notAfterPrevious)",
        "\(chain): chainBroken(line: 3, SnapshotRepository.Chain.Break.Cause.notAfterPrevious)",
        "\(chain): chainBroken(line: 4, SnapshotRepository.Chain.Break.Cause.notAfterPrevious)",
      ])
  }

  @Test func `a line that was removed is named, with the snapshot that it had`() throws {
    var lines = try lines()
    lines.remove(at: 1)
    try write(lines)
    #expect(
      try found() == [
        "\(chain): chainBroken(line: 2, SnapshotRepository.Chain.Break.Cause.notAfterPrevious)",
        "\(chain): chainCut",
      ])
  }

  @Test func `a line that was made up, with a right sum, is named`() throws {
    var lines = try lines()
    var line = try rig.history().chain.entries[1].line
    line.who = "other@host"
    lines[1] = ChainLineText.bytes(line)
    try write(lines)
    #expect(
      try found() == [
        "\(chain): chainBroken(line: 3, SnapshotRepository.Chain.Break.Cause.notAfterPrevious)"
      ])
  }

  @Test func `a line with another number is named`() throws {
    var lines = try lines()
    var line = try rig.history().chain.entries[4].line
    line.seq = 7
    lines[4] = ChainLineText.bytes(line)
    try write(lines)
    #expect(
      try found() == [
        "\(chain): chainBroken(line: 5, SnapshotRepository.Chain.Break.Cause.wrongNumber)"
      ])
  }

  @Test func `a chain that was cut is named where snapshots come after its end`() throws {
    try write(Array(try lines().prefix(1)))
    #expect(
      try found() == [
        // The next line would be that of the second snapshot.
        "\(chain): chainCut",
        "\(RepositoryLayout.manifest(second.id, of: folder)): unfinishedSnapshot",
      ])
  }

  @Test func `a chain that was removed is named`() throws {
    try files.remove(chain)
    #expect(try found() == ["\(chain): chainCut", "\(chain): chainCut"])
  }

  @Test func `a line end that was changed is damage, and the line stays`() throws {
    let file = try files.file(chain)
    file.bytes[file.bytes.count - 1] = UInt8(ascii: "x")
    #expect(
      try found() == [
        "\(chain): chainBroken(line: 5, SnapshotRepository.Chain.Break.Cause.damaged)"
      ])
    let lines = try rig.history().chain.entries.count
    _ = try rig.writer()
    #expect(try rig.history().chain.entries.count == lines)
    #expect(try found() == [])
  }

  @Test func `a line without its end is unfinished, and the line stays`() throws {
    let file = try files.file(chain)
    file.bytes.removeLast()
    #expect(try found() == ["\(chain): tornLine"])
    _ = try rig.writer()
    #expect(try rig.history().chain.entries.count == 5)
    #expect(try found() == [])
  }

  @Test func `half a line is unfinished`() throws {
    try files.file(chain).bytes += Array("{\"event\":\"ke".utf8)
    #expect(try found() == ["\(chain): tornLine"])
    #expect(try rig.problems().allSatisfy { $0.isUnfinished })
  }

  @Test func `the last snapshot removed with its line is noticed only against a head`() throws {
    let head = try rig.history().chain.head
    try write(Array(try lines().prefix(2)))
    try files.remove(RepositoryLayout.manifest(third.id, of: folder))
    try files.remove(RepositoryLayout.object(third.object))
    // The first one was forgotten in a line that is gone too.
    let manifest = try #require(
      try Repository(files).trashed(
        RepositoryLayout.trashed(first.id, of: folder)
      ).first)
    try files.remove(manifest)
    let other = try rig.problems().filter { !$0.path.contains("trash") }
    #expect(other.map(\.kind) == [.manifestMissing])
    #expect(try rig.problems(heads: [head]).map(\.kind).contains(.headMissing(head)))
  }

  @Test func `an earlier head is in a chain that has grown`() throws {
    let head = try rig.history().chain.head
    _ = try rig.backup([6, 2])
    #expect(try rig.problems(heads: [head]) == [])
    #expect(try rig.problems(heads: [String(repeating: "a", count: 64)]).count == 1)
  }

  @Test func `files that do not belong to a repository are named`() throws {
    for path in [
      "notes.txt", "objects/zz", "targets/readme", "targets/\(folder)/x",
      "targets/\(folder)/snapshots/y", "objects/ab",
    ] {
      _ = try files.create(path)
    }
    try files.makeFolder("objects/cd")
    _ = try files.create("objects/cd/\(second.object).xml.gz")
    #expect(try rig.problems().count { $0.kind == .foreignFile } == 7)
  }

  @Test func `what a stopped writer leaves is unfinished`() throws {
    _ = try files.create("tmp/1")
    let object = try rig.writer().newObject()
    try object.write(Array("never used".utf8))
    _ = try object.finish()
    _ = try files.create("tmp/2")
    let problems = try rig.problems()
    #expect(problems.count == 2)
    #expect(problems.allSatisfy { $0.isUnfinished })
  }
}
