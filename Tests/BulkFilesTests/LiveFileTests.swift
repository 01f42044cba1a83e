import BulkFiles
import Foundation
import TestSupport
import Testing

/// A file that is read while it is written.
@Suite struct LiveFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `each write is in the file at once, under its name`() throws {
    let file = try LiveFile(path: folder.path("rows"))
    #expect(!(try folder.names().contains("rows")))
    try file.appear()
    #expect(try folder.names() == ["rows"])
    #expect(try file.write([UInt8]("one\n".utf8)[...]) == 4)
    #expect(try folder.read("rows") == "one\n")
    #expect(try file.write([UInt8]("xtwo\n".utf8).dropFirst()) == 4)
    #expect(try folder.read("rows") == "one\ntwo\n")
  }

  @Test func `an older file is replaced, and keeps its other name and its permissions`() throws {
    try folder.write("old", to: "rows")
    try FileManager.default.linkItem(atPath: folder.path("rows"), toPath: folder.path("other"))
    #expect(unsafe chmod(folder.path("rows"), 0o604) == 0)
    let file = try LiveFile(path: folder.path("rows"))
    #expect(try file.write([UInt8]("new".utf8)[...]) == 3)
    #expect(try folder.read("rows") == "new")
    #expect(try folder.read("other") == "old")
    var status = stat()
    #expect(unsafe stat(folder.path("rows"), &status) == 0 && status.st_mode & 0o777 == 0o604)
  }

  @Test func `a pipe takes what it can, and an ended reader is an error`() throws {
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    let reader = unsafe open(folder.path("pipe"), O_RDONLY | O_NONBLOCK)
    try #require(reader >= 0)
    signal(SIGPIPE, SIG_IGN)
    let file = try LiveFile(path: folder.path("pipe"))
    let bytes = [UInt8](repeating: 65, count: 1 << 20)
    let first = try file.write(bytes[...])
    #expect(first > 0 && first < bytes.count)
    #expect(try file.write(bytes[...]) == 0)
    close(reader)
    let failure = #expect(throws: OutputFailure.self) { try file.write(bytes[...]) }
    #expect(failure?.reason == .closedPipe)
    #expect(failure?.message == "the program that reads it has ended")
  }

  @Test func `a file that never appears leaves the older one as it was, and nothing else`() throws {
    try folder.write("old", to: "rows")
    func open() throws { _ = try LiveFile(path: folder.path("rows")) }
    try open()
    #expect(try folder.read("rows") == "old")
    #expect(try folder.names() == ["rows"])
  }

  @Test(arguments: [
    ("", false), ("{\"a\":1}\n", false), ("{\"a", false), ("{\"b\"", true), ("{", true),
  ])
  func `a file that holds something else is not to be replaced`(content: String, isOther: Bool)
    throws
  {
    try folder.write(content, to: "rows")
    #expect(LiveFile.holdsOther(folder.path("rows"), than: Array("{\"a".utf8)) == isOther)
    #expect(!LiveFile.holdsOther(folder.path("none"), than: [1]))
    #expect(!LiveFile.holdsOther("/dev/null", than: [1]))
  }

  @Test func `a folder, and a file in no folder, are errors`() {
    #expect(throws: OutputFailure.self) { try LiveFile(path: folder.path) }
    #expect(throws: OutputFailure.self) { try LiveFile(path: folder.path("no/rows")) }
  }
}
