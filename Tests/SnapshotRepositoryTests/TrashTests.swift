import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import SnapshotRepository

/// What is forgotten, how long it stays in the trash, and what a wrong clock does to it.
@Suite struct TrashTests {
  private let files = MemoryFiles()
  private var rig: RepositoryRig

  init() throws {
    rig = RepositoryRig(files)
    try rig.prepare()
  }

  private var trash: [String] { files.allFiles.filter { $0.hasPrefix("trash/") } }

  @Test func `an object stays for as long as a snapshot needs it`() throws {
    let first = try rig.backup([3])
    let second = try rig.backup([3])
    try rig.writer().forget([first], in: rig.history())
    #expect(trash.count == 1)
    #expect(try rig.isReadable(second))
    try rig.writer().forget([second], in: rig.history())
    #expect(trash.count == 3)
    #expect(try rig.problems() == [])
  }

  @Test func `an object that another target needs stays too`() throws {
    let first = try rig.backup([3])
    let other = try rig.backup(
      [3], of: SnapshotTarget(id: "other", name: "other", url: "https://other"))
    try rig.writer().forget([first], in: rig.history())
    #expect(try rig.isReadable(other))
  }

  @Test func `what was forgotten can come back as a new snapshot`() throws {
    let first = try rig.backup([3])
    try rig.writer().forget([first], in: rig.history())
    let again = try rig.backup([3])
    #expect(try rig.isReadable(again))
    #expect(again.object == first.object)
    #expect(try rig.problems() == [])
  }

  @Test func `the trash is emptied after thirty days`() throws {
    var rig = rig
    let first = try rig.backup([3])
    try rig.backup([4])
    try rig.writer().forget([first], in: rig.history())
    for day in [1.0, 31, 1, 1, 1] {
      rig.now += day * 86_400
      try rig.backup([4])
    }
    #expect(trash.isEmpty)
    #expect(try rig.problems() == [])
  }

  @Test func `a clock ten years ahead for one night empties nothing`() throws {
    var rig = rig
    let first = try rig.backup([3])
    try rig.backup([4])
    try rig.writer().forget([first], in: rig.history())
    rig.now += 3_650 * 86_400
    // A night has several writers: one for each target, one that forgets, one that records a drill.
    for _ in 0..<4 { try rig.backup([4]) }
    rig.now -= 3_649 * 86_400
    try rig.backup([4])
    #expect(trash.count == 2)
  }

  @Test func `a clock set back by a year while something is forgotten empties nothing`() throws {
    var rig = rig
    let first = try rig.backup([3])
    try rig.backup([4])
    rig.now -= 365 * 86_400
    try rig.writer().forget([first], in: rig.history())
    rig.now += 366 * 86_400
    try rig.backup([4])
    try rig.backup([4])
    #expect(trash.count == 2)
  }

  @Test func `nothing is moved while a target's folder is a link`() throws {
    let folder = try TemporaryFolder()
    try DiskFiles.make(folder.path("repo"))
    let rig = RepositoryRig(try DiskFiles(at: folder.path("repo")))
    try rig.prepare()
    let first = try rig.backup([3])
    let other = SnapshotTarget(id: "other", name: "other", url: "https://other")
    let second = try rig.backup([4], of: other)
    let own = folder.path("repo/targets/\(RepositoryRig.prod.folder())")
    #expect(unsafe rename(own, folder.path("elsewhere")) == 0)
    #expect(unsafe symlink(folder.path("elsewhere"), own) == 0)
    try rig.writer().forget([second], in: rig.history(other))
    #expect(try rig.files.size(of: RepositoryLayout.object(first.object)) != nil)
  }

  @Test func `nothing is forgotten under a broken chain`() throws {
    let first = try rig.backup([3])
    let second = try rig.backup([4])
    let chain = RepositoryLayout.chain(RepositoryRig.prod.folder())
    try files.file(chain).bytes[10] ^= 1
    let writer = try rig.writer()
    #expect(throws: RepositoryFault(.chainBroken("repo/" + chain, line: 1))) {
      try writer.forget([first], in: rig.history())
    }
    #expect(try rig.isReadable(second))
    // Snapshots are still taken.
    #expect(try rig.backup([5], by: writer).isGood)
  }

  @Test func `nothing is moved while a manifest without a line cannot be read`() throws {
    let first = try rig.backup([3])
    try rig.backup([4])
    let path = RepositoryLayout.manifest(
      SnapshotID(rig.now, suffix: "zzzz"), of: RepositoryRig.prod.folder())
    _ = try files.create(path)
    try rig.writer().forget([first], in: rig.history())
    #expect(trash.count == 1)
  }

  @Test func `a target is one history under all its names, and two targets of one name are two`()
    throws
  {
    let prod = RepositoryRig.prod
    try rig.backup([3])
    var renamed = prod
    renamed.name = "production"
    renamed.url = "https://other.example.com"
    try rig.backup([3], of: renamed)
    var twin = prod
    twin.id = "91f2c0de-0000-4000-8000-00000000ffff"
    try rig.backup([9], of: twin)
    let histories = try Repository(files).histories()
    #expect(histories.map(\.all.count).sorted() == [1, 2])
    #expect(histories.first { $0.all.count == 2 }?.title == "production")
    #expect(histories.map(\.folder).contains(prod.folder()))
    #expect(try rig.problems() == [])
  }

  @Test(arguments: [
    ("prod", "91f2c0de-0000-4000-8000-000000000001", "prod-91f2c0de"),
    ("..", "91f2c0de-0000", "-91f2c0de"), ("../../etc", "91f2c0de-0000", "_.._etc-91f2c0de"),
    ("a/b c\n", "91f2c0de-0000", "a_b_c_-91f2c0de"),
    ("prod", "sandbox:/lab.db", "prod-79887d89"),
  ])
  func `a folder's name leads nowhere else`(name: String, id: String, folder: String) {
    #expect(SnapshotTarget(id: id, name: name, url: "").folder() == folder)
  }
}
