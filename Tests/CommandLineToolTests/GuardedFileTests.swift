// A file that other users may change is refused, and so is everything that is no file.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct GuardedFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func fault(
    _ name: String = "f", owner: GuardedFile.Owner = .user
  ) -> GuardedFile.Fault? {
    do throws(GuardedFile.Fault) {
      _ = try GuardedFile.read(folder.path(name), owner: owner, limit: 100)
      return nil
    } catch {
      return error
    }
  }

  private func close(_ name: String, _ mode: Int = 0o600) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  @Test func `a file of the user is read, and a missing one is none`() throws {
    try folder.write("text", to: "f")
    try close("f", 0o644)
    #expect(try GuardedFile.read(folder.path("f"), owner: .user, limit: 100) == Array("text".utf8))
    #expect(try GuardedFile.read(folder.path("g"), owner: .user, limit: 100) == nil)
    #expect(try GuardedFile.read(folder.path("f/g"), owner: .user, limit: 100) == nil)
  }

  @Test(arguments: [0o620, 0o602, 0o666])
  func `a file that others may write is refused`(mode: Int) throws {
    try folder.write("text", to: "f")
    try close("f", mode)
    #expect(fault() == .writable(path: folder.path("f"), mode: UInt32(mode)))
  }

  @Test func `a file in a folder that others may write is refused`() throws {
    try folder.write("text", to: "a/b/f")
    try close("a/b/f")
    try close("a", 0o770)
    #expect(
      fault("a/b/f")
        == .folderWritable(folder: folder.path("a"), path: folder.path("a/b/f"), mode: 0o770))
    try close("a", 0o1777)
    #expect(fault("a/b/f") == nil, "only the owner may rename in a folder with the sticky bit")
  }

  @Test func `a link is followed to its file, whose folder is checked as well`() throws {
    try folder.write("text", to: "real/f")
    try close("real/f")
    #expect(unsafe symlink("real/f", folder.path("link")) == 0)
    #expect(fault("link") == nil)
    try close("real", 0o777)
    #expect(
      fault("link")
        == .folderWritable(folder: folder.path("real"), path: folder.path("link"), mode: 0o777))
    #expect(unsafe symlink("nothing", folder.path("dangling")) == 0)
    #expect(
      fault("dangling")
        == .unreadable(
          path: folder.path("dangling"), reason: "it is a link to a file that does not exist"))
  }

  @Test func `a folder, a pipe and a large file are refused at once`() throws {
    #expect(unsafe mkdir(folder.path("d"), 0o700) == 0)
    #expect(unsafe mkfifo(folder.path("p"), 0o600) == 0)
    try folder.write(String(repeating: "x", count: 101), to: "f")
    try close("f")
    #expect(fault("d") == .notRegular(path: folder.path("d")))
    #expect(fault("p") == .notRegular(path: folder.path("p")))
    #expect(fault() == .tooLarge(path: folder.path("f"), limit: 100))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func `a file, folder or link of another user is refused`() throws {
    try folder.write("text", to: "a/f")
    try close("a/f")
    let file = folder.path("a/f")
    #expect(unsafe symlink("a/f", folder.path("link")) == 0)
    #expect(unsafe lchown(folder.path("link"), 12345, 12345) == 0)
    #expect(fault("link") == .link(path: folder.path("link"), owner: 12345))
    #expect(unsafe chown(folder.path("a"), 12345, 12345) == 0)
    #expect(
      fault("a/f") == .folderForeign(folder: folder.path("a"), path: file, owner: 12345))
    #expect(unsafe chown(file, 12345, 12345) == 0)
    #expect(fault("a/f") == .foreign(path: file, owner: 12345))
    #expect(fault("a/f", owner: .root) == .foreign(path: file, owner: 12345))
  }

  @Test(arguments: [
    (
      GuardedFile.Fault.writable(path: "/f x", mode: 0o666),
      "Other users may write the file /f x (mode 666)",
      "if it is right, close it with: chmod go-w '/f x'"
    ),
    (
      .folderWritable(folder: "/d", path: "/d/f", mode: 0o777),
      "Other users may write the folder /d (mode 777), and replace /d/f",
      "close it with: chmod go-w /d"
    ),
    (
      .link(path: "/f", owner: 5), "/f is a link that another user (uid 5) has made",
      "remove the link, and put the file there"
    ),
    (.notRegular(path: "/f"), "/f is not a regular file", "move it away"),
    (
      .tooLarge(path: "/f", limit: 1 << 20), "The file /f is larger than 1,048,576 bytes",
      "look at what is in it"
    ),
  ])
  func `a refusal is one sentence with what to do`(
    fault: GuardedFile.Fault, message: String, hint: String
  ) {
    #expect(CommandFailure(fault) == CommandFailure(.refused, message, hint: hint))
  }
}
