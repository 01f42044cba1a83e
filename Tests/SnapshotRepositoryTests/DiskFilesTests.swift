import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import SnapshotRepository

/// A repository in a real folder: modes, links, locks, and what is foreign.
@Suite struct DiskFilesTests {
  private let folder: TemporaryFolder
  private let rig: RepositoryRig

  init() throws {
    folder = try TemporaryFolder()
    try DiskFiles.make(folder.path("deep/repo"))
    rig = RepositoryRig(try DiskFiles(at: folder.path("deep/repo")))
  }

  private var root: String { folder.path("deep/repo") }

  private func link(_ name: String, to other: String) throws {
    #expect(unsafe rename(root + "/" + name, folder.path("aside")) == 0)
    #expect(unsafe symlink(other, root + "/" + name) == 0)
  }

  @Test func `everything works on a disk`() throws {
    try rig.prepare()
    let first = try rig.backup([3, 2])
    try rig.backup([4, 2])
    try rig.writer().forget([first], in: rig.history())
    #expect(try rig.problems() == [])
    #expect(try rig.isReadable(try #require(try rig.history().lastGood)))
  }

  @Test func `a folder with other files is refused`() throws {
    try folder.write("x", to: "deep/repo/notes.txt")
    #expect(throws: RepositoryFault(.notEmpty(root))) { try rig.prepare() }
  }

  @Test func `a folder without a repository is none`() throws {
    #expect(throws: RepositoryFault(.noRepository(root))) { try Repository(rig.files) }
  }

  @Test func `no link is followed`() throws {
    try rig.prepare()
    let first = try rig.backup([3, 2])
    try folder.write("secret", to: "other/secret")
    let target = "targets/" + RepositoryRig.prod.folder()
    for (name, other) in [
      (target + "/chain.jsonl", folder.path("other/secret")), (target, folder.path("other")),
      ("tmp", folder.path("other")), ("objects", folder.path("other")),
      ("repository.json", folder.path("other/secret")),
    ] {
      try link(name, to: other)
      #expect(throws: RepositoryFault.self, "\(name)") {
        try rig.backup([4, 2])
        _ = try rig.problems()
        #expect(try rig.history().all.contains { $0.id == first.id })
      }
      #expect(unsafe unlink(root + "/" + name) == 0)
      #expect(unsafe rename(folder.path("aside"), root + "/" + name) == 0)
    }
    #expect(try folder.read("other/secret") == "secret")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("other")) == ["secret"])
    // An object of which no manifest could be written is left.
    #expect(try rig.problems().filter { !$0.isUnfinished } == [])
  }

  @Test func `a second writer learns who the first is`() throws {
    try rig.prepare()
    let writer = try rig.writer()
    let other = RepositoryRig(try DiskFiles(at: root))
    let fault = #expect(throws: RepositoryFault.self) { _ = try other.writer() }
    guard case .locked(root, let holder, isOwn: true) = fault?.cause else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(holder.hasPrefix(" (process \(getpid()), since "))
    withExtendedLifetime(writer) {}
  }

  @Test func `a target whose chain cannot be read does not stop the work on others`() throws {
    try rig.prepare()
    let first = try rig.backup([3])
    let path = "targets/\(RepositoryRig.prod.folder())/chain.jsonl"
    #expect(unsafe unlink(root + "/" + path) == 0)
    #expect(unsafe mkdir(root + "/" + path, 0o700) == 0)
    let other = SnapshotTarget(id: "other", name: "other", url: "https://other")
    let second = try rig.backup([4], of: other)
    #expect(try rig.isReadable(second))
    let fault = FileFault(root + "/" + path, .notRegular)
    #expect(try Repository(rig.files).histories().compactMap(\.fault) == [fault])
    #expect(
      try rig.problems() == [
        RepositoryProblem(path: fault.path, kind: .unreadable(.notRegular))
      ])
    // It is not known which objects it needs.
    #expect(throws: RepositoryFault(fault)) {
      try rig.writer().forget([second], in: rig.history(other))
    }
    #expect(throws: RepositoryFault.self) { try rig.backup([3]) }
    let object = RepositoryLayout.object(first.object)
    #expect(try rig.files.size(of: object) != nil)
  }

  @Test func `a pipe in place of a file does not block`() throws {
    try rig.prepare()
    let first = try rig.backup([3])
    let path = root + "/" + RepositoryLayout.object(first.object)
    #expect(unsafe unlink(path) == 0)
    #expect(unsafe mkfifo(path, 0o600) == 0)
    #expect(try rig.problems().map(\.kind).contains(.foreignFile))
    #expect(throws: RepositoryFault.self) { _ = try rig.isReadable(first) }
  }
}
