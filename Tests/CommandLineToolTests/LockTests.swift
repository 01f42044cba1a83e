// Locks on targets: two folders, no links, nothing left behind.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct LockTests {
  private let folder: TemporaryFolder
  private let state: StateFolder
  private static let isRoot = geteuid() == 0
  private static let nobody: uid_t = 65_534

  init() throws {
    folder = try TemporaryFolder()
    state = StateFolder(environment: ["STATE_DIRECTORY": folder.path("state")])
    for name in ["state", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: false)
    }
  }

  private func folders(_ state: StateFolder? = nil, machine: String = "locks") -> LockFolders {
    LockFolders(
      in: state ?? self.state,
      environment: [LockFolders.variable: machine.isEmpty ? "" : folder.path(machine)])
  }

  private func locked(_ name: String, _ folders: LockFolders) throws -> TargetLock {
    guard case .taken(let lock) = TargetLock.take(name, in: folders) else {
      throw CancellationError()
    }
    return lock
  }

  private func reason(_ folders: LockFolders) -> String? {
    if case .failed(let reason) = TargetLock.take("a:1", in: folders) { reason } else { nil }
  }

  private func isHeld(_ name: String, _ folders: LockFolders) -> Bool {
    if case .held = TargetLock.take(name, in: folders) { true } else { false }
  }

  @Test func `a target is locked in both folders, and lock files do not pile up`() throws {
    let both = folders()
    do {
      let lock = try locked("cuc:8443", both)
      for name in ["locks", "state"] {
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: folder.path(name))
            == ["target-cuc_8443.lock"])
      }
      #expect(isHeld("cuc:8443", both))
      #expect(!isHeld("cuc:443", both))
      withExtendedLifetime(lock) {}
    }
    for name in ["locks", "state"] {
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path(name)) == [])
    }
    _ = try locked("cuc:8443", both)
  }

  @Test
  func
    `users with other state folders meet in that of the machine, and who shares one meets there`()
    throws
  {
    let lock = try locked("a:1", folders())
    let other = StateFolder(environment: ["STATE_DIRECTORY": folder.path("other")])
    #expect(isHeld("a:1", folders(other)))
    #expect(isHeld("a:1", folders(machine: "")))
    #expect(!isHeld("a:1", folders(other, machine: "")))
    #expect(TargetLock.holder(of: "a:1", in: folders(other))?.hasPrefix(" (process ") == true)
    #expect(TargetLock.holder(of: "b:1", in: folders(other)) == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `the machine's folder is made for all, and one that is unsafe is left alone`() throws {
    #expect(folders().machine == folder.path("locks"))
    let facts = try FileManager.default.attributesOfItem(atPath: folder.path("locks"))
    var status = stat()
    #expect(unsafe stat(folder.path("locks"), &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o1777, "\(facts)")
    _ = unsafe symlink(folder.path("locks"), folder.path("link"))
    #expect(folders(machine: "link").machine == nil)
    _ = unsafe chmod(folder.path("other"), 0o777)
    #expect(folders(machine: "other").machine == nil)
    #expect(folders(machine: "none/locks").machine == nil)
    #expect(folders(machine: "").machine == nil)
    #expect(folders(machine: "").files("a").map(\.path) == [folder.path("state/target-a.lock")])
  }

  @Test func `a lock file that is a link, a second name or a pipe is refused and not written`()
    throws
  {
    try folder.write("precious", to: "file")
    let path = folder.path("state/target-a_1.lock")
    let plant: [() -> Int32] = [
      { unsafe symlink(folder.path("file"), path) }, { unsafe symlink("nowhere", path) },
      { unsafe link(folder.path("file"), path) }, { unsafe mkfifo(path, 0o600) },
    ]
    let asLink =
      "the lock file \(path) cannot be opened: it is a link; "
      + "remove it, or check the permissions of its folder"
    let odd = "the lock file \(path) is no plain file, or has a second name; remove it"
    for (plant, expected) in zip(plant, [asLink, asLink, odd, odd]) {
      #expect(plant() == 0)
      #expect(reason(folders(machine: "")) == expected)
      #expect(try folder.read("file") == "precious")
      _ = unsafe unlink(path)
    }
  }

  @Test(.enabled(if: isRoot)) func `a lock file that another user has left is locked all the same`()
    throws
  {
    let both = folders()
    let path = folder.path("locks/target-a_1.lock")
    try folder.write("12 65534 2026-11-23T19:15:02Z\n", to: "locks/target-a_1.lock")
    _ = unsafe chown(path, Self.nobody, Self.nobody)
    let other = unsafe open(path, O_RDONLY)
    flock(other, LOCK_EX)
    guard case .held(let holder) = TargetLock.take("a:1", in: both) else {
      Issue.record("it was not held")
      return
    }
    #expect(holder == " (process 12 of user 65534, since 2026-11-23T19:15:02Z)")
    close(other)
    _ = try locked("a:1", both)
  }

  @Test func `a private folder that the variable names stays private`() throws {
    _ = unsafe chmod(folder.path("other"), 0o700)
    #expect(folders(machine: "other").machine == folder.path("other"))
    var status = stat()
    #expect(unsafe stat(folder.path("other"), &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o700)
  }

  @Test func `who only looks makes no folder, and sees who has the lock`() throws {
    let address = try TargetAddress("https://cuc.example")
    let variables = [
      "STATE_DIRECTORY": folder.path("none"), LockFolders.variable: folder.path("locks"),
    ]
    func seen() -> LockFolders { LockFolders.seen(variables, for: address) }
    #expect(seen().machine == nil)
    #expect(TargetLock.holder(of: address.lockName, in: seen()) == nil)
    #expect(try folder.names() == ["other", "state"])
    let lock = try locked(address.lockName, folders())
    #expect(
      TargetLock.holder(of: address.lockName, in: seen())?
        .hasPrefix(" (process \(getpid()), since ") == true)
    // A sandbox that the program runs itself is locked in the state folder alone.
    #expect(LockFolders.seen(variables, for: try TargetAddress("sandbox:")).machine == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `a look at the lock does not keep a run from it`() throws {
    try folder.write("", to: "state/target-a_1.lock")
    let look = unsafe open(folder.path("state/target-a_1.lock"), O_RDONLY)
    #expect(flock(look, LOCK_SH) == 0)
    Thread.detachNewThread {
      // Longer than the scheduler needs to put a look aside, and far shorter than the wait for it.
      usleep(100_000)
      close(look)
    }
    _ = try locked("a:1", folders(machine: ""))
  }

  @Test(arguments: [
    "", "process 12", "12 0 \u{1B}[2J", "12 0 2026-11-23T19:15:02Z more",
    "x 0 2026-11-23T19:15:02Z",
    "99999999999999999999 0 2026-11-23T19:15:02Z",
  ])
  func `what else stands in a lock file is not shown`(text: String) {
    #expect(LockHolder(line: text) == nil)
  }

  @Test(arguments: [
    ("https://localhost", "localhost:443"), ("https://127.0.0.1:8443", "localhost:8443"),
    ("http://[::1]:80", "localhost:80"), ("https://127.0.0.2", "127.0.0.2:443"),
    ("https://cuc.example", "cuc.example:443"),
    ("https://CUC.example.:443", "cuc.example:443"), ("https://[0:0:0:0:0:0:0:1]", "localhost:443"),
    ("https://[::ffff:127.0.0.1]", "localhost:443"), ("https://[::ffff:7f00:1]", "localhost:443"),
    ("https://[2001:DB8:0::1]", "2001:db8::1:443"),
  ])
  func `the names of this machine's own address are one target`(url: String, name: String) throws {
    #expect(try TargetAddress(url).lockName == name)
  }

  @Test
  func `another user's sandbox of the same id is no reason to wait, a server of the network is`()
    throws
  {
    let both = folders()
    let own = LockFolders(in: state, environment: [LockFolders.variable: ""])
    #expect(both.forServerID(at: try TargetAddress("http://localhost:8443")) == own)
    #expect(both.forServerID(at: try TargetAddress("https://cuc.example")) == both)
  }
}
