// State folders and password files of other users, and ledgers from other sources.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct ForeignFileTests {
  private let folder: TemporaryFolder
  private static let isRoot = geteuid() == 0
  private static let nobody: uid_t = 65_534

  init() throws { folder = try TemporaryFolder() }

  private func refusal() -> String? {
    #expect(throws: CommandFailure.self) {
      try StateFolder.made(["STATE_DIRECTORY": folder.path])
    }?.text
  }

  private func sentence(_ path: String) -> String? {
    #expect(throws: SecretFile.Fault.self) { try SecretFile.firstLine(path) }?.sentence
  }

  @Test(arguments: [0o777, 0o1777, 0o770, 0o722])
  func `a state folder that others may write is refused`(mode: mode_t) {
    _ = unsafe chmod(folder.path, mode)
    #expect(
      refusal() == """
        cupibulk: Other users may write the state folder \(folder.path) (mode \(String(mode & 0o777, radix: 8)))
            hint: close it with: chmod go-w \(folder.path)

        """)
  }

  @Test(.enabled(if: isRoot)) func `a state folder of another user is refused`() {
    _ = unsafe chown(folder.path, Self.nobody, Self.nobody)
    #expect(
      refusal() == """
        cupibulk: The state folder \(folder.path) belongs to another user (uid 65534)
            hint: set XDG_STATE_HOME to a folder of your own, or give this one to yourself with: \
        chown 0 \(folder.path)

        """)
  }

  @Test func `a state folder that others may read is accepted`() throws {
    _ = unsafe chmod(folder.path, 0o755)
    #expect(try StateFolder.made(["STATE_DIRECTORY": folder.path]).path == folder.path)
  }

  @Test(.enabled(if: isRoot)) func `a password file of another user is refused`() throws {
    let path = try folder.write("secret\n", to: "password")
    _ = unsafe chmod(path, 0o600)
    _ = unsafe chown(path, Self.nobody, Self.nobody)
    #expect(
      sentence(path)
        == "The password file \(path) belongs to another user (uid 65534), who can change it; "
        + "use a file of your own, or make it yours with: chown 0 \(path)")
    #expect(try SecretFile.firstLine(path, isTrusted: true) == "secret")
  }

  @Test func `a password is read from a pipe, as from a substitution of the shell`() throws {
    var ends: [Int32] = [0, 0]
    _ = unsafe pipe(&ends)
    _ = unsafe Array("secret\nmore".utf8).withUnsafeBytes {
      unsafe Foundation.write(ends[1], $0.baseAddress, $0.count)
    }
    close(ends[1])
    #expect(try SecretFile.firstLine("/dev/fd/\(ends[0])") == "secret")
    close(ends[0])
  }

  @Test func `a pipe without data is reported`() {
    #expect(
      SecretFile.Fault.silent(path: "p").sentence
        == "No program has written a password into the pipe p for 60 seconds.")
  }

  @Test func `a file in the state folder is recognised under every path`() throws {
    let state = StateFolder(environment: ["STATE_DIRECTORY": folder.path("state")])
    try FileManager.default.createDirectory(
      atPath: folder.path("state/deep"), withIntermediateDirectories: true)
    _ = unsafe symlink("state", folder.path("link"))
    for name in ["state/x.sqlite", "link/x.sqlite", "state/deep/../x.sqlite"] {
      #expect(state.holds(folder.path(name)), "\(name)")
    }
    for name in ["x.sqlite", "state/deep/x.sqlite", "state.sqlite"] {
      #expect(!state.holds(folder.path(name)), "\(name)")
    }
  }

  @Test(arguments: [
    ("secret\nmore\n", "secret"), ("secret\r\nmore", "secret"), ("secret", "secret"),
    ("a\u{B}b\u{85}c\u{2028}d\re\r\n", "a\u{B}b\u{85}c\u{2028}d\re"), ("secret\r", "secret\r"),
    ("secret\n\u{301}", "secret"), ("\nsecret", ""),
  ])
  func `a secret ends at a line feed, and at nothing else`(text: String, line: String) {
    #expect(text.firstLine.unicodeScalars.elementsEqual(line.unicodeScalars))
  }
}
