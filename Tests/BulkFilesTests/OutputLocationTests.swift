// Tests of the permissions of written files, and of links that are followed.

import BulkFiles
import Foundation
import TestSupport
import Testing

@Suite struct OutputLocationTests {
  private let folder: TemporaryFolder
  /// Only root can change the owner of a file.
  private static let isRoot = geteuid() == 0
  private static let nobody: uid_t = 65_534

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, readers: OutputFile.Readers = .group) throws {
    let output = try OutputFile(path: folder.path(name), readers: readers)
    try output.write(Array("new".utf8))
    try output.finish()
  }

  private func facts(_ name: String) -> (mode: mode_t, owner: uid_t) {
    var status = stat()
    _ = unsafe lstat(folder.path(name), &status)
    return (status.st_mode & 0o7777, status.st_uid)
  }

  private func refusal(_ name: String) -> String? {
    #expect(throws: OutputFailure.self) { try write(name) }?.description
  }

  @Test func `a configuration is not readable by other users, and a template is`() throws {
    try write("export.csv")
    try write("template.csv", readers: .all)
    let mask = umask(0)
    umask(mask)
    #expect(facts("export.csv").mode == 0o640 & ~mask)
    #expect(facts("template.csv").mode == 0o666 & ~mask)
  }

  @Test(arguments: [(0o600, 0o600), (0o664, 0o664), (0o4755, 0o755), (0o6777, 0o777)])
  func `a file of the same user keeps its read, write and execute permissions only`(
    before: mode_t, after: mode_t
  ) throws {
    try folder.write("old", to: "x.csv")
    _ = unsafe chmod(folder.path("x.csv"), before)
    try write("x.csv")
    #expect(facts("x.csv").mode == after)
    #expect(try folder.read("x.csv") == "new")
  }

  @Test(.enabled(if: isRoot))
  func `another user's file is replaced by one with the permissions of a new file`() throws {
    try folder.write("old", to: "x.csv")
    _ = unsafe chown(folder.path("x.csv"), Self.nobody, Self.nobody)
    _ = unsafe chmod(folder.path("x.csv"), 0o6777)
    try write("x.csv")
    let mask = umask(0)
    umask(mask)
    #expect(facts("x.csv") == (0o640 & ~mask, geteuid()))
  }

  @Test(.enabled(if: isRoot), arguments: ["link.csv", "way/x.csv"])
  func `a link of another user in a world-writable folder is not followed`(
    name: String
  ) throws {
    try folder.write("precious", to: "real/x.csv")
    for (link, goal) in [("link.csv", "real/x.csv"), ("way", "real")] {
      _ = unsafe symlink(goal, folder.path(link))
      _ = unsafe lchown(folder.path(link), Self.nobody, Self.nobody)
    }
    // In a folder of the same user the link is followed.
    try write(name)
    #expect(try folder.read("real/x.csv") == "new")
    _ = unsafe chmod(folder.path, 0o1777)
    _ = unsafe chown(folder.path, 1, 1)
    #expect(
      refusal(name)
        == "cannot write \(folder.path(name)): another user has put a link or a pipe there, in a "
        + "folder that all may write; remove it, or name a file in a folder of your own")
    #expect(throws: OutputFailure.self) { try OutputFile.check(path: folder.path(name)) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("real")) == ["x.csv"])
  }

  @Test(.enabled(if: isRoot))
  func `a pipe of another user in a world-writable folder is not written`() throws {
    _ = unsafe mkfifo(folder.path("pipe"), 0o666)
    let reader = unsafe open(folder.path("pipe"), O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try write("pipe")
    _ = unsafe chown(folder.path("pipe"), Self.nobody, Self.nobody)
    _ = unsafe chmod(folder.path, 0o1777)
    #expect(refusal("pipe")?.hasPrefix("cannot write \(folder.path("pipe")): another user") == true)
  }

  @Test func `a link to a file that does not exist creates that file`() throws {
    _ = unsafe symlink("later.csv", folder.path("link.csv"))
    try write("link.csv")
    #expect(try folder.names() == ["later.csv", "link.csv"])
    _ = unsafe symlink("loop", folder.path("loop"))
    #expect(
      refusal("loop")
        == "cannot write \(folder.path("loop")): Too many levels of symbolic links; nothing was left behind"
    )
  }

  @Test func `a long name in any script is written, and the name of a folder is refused`() throws {
    let name = String(repeating: "文", count: 80)
    try write(name)
    #expect(try folder.names() == [name])
    #expect(
      refusal("new/")
        == "cannot write \(folder.path("new/")): this is a folder; name a file in it")
  }
}
