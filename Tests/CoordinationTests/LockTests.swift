// Locks on targets: two folders, no links, no leftovers.

import Foundation
import TestSupport
import Testing

@testable import Coordination
import LockFiles

@Suite struct LockTests {
  private let folder: TemporaryFolder
  private let state: String
  private static let isRoot = geteuid() == 0
  private static let nobody: uid_t = 65_534

  init() throws {
    folder = try TemporaryFolder()
    state = folder.path("state")
    for name in ["state", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: false)
    }
  }

  private func folders(_ state: String? = nil, machine: String = "locks") -> LockFolders {
    LockFolders(
      in: state ?? self.state,
      environment: [LockFolders.variable: machine.isEmpty ? "" : folder.path(machine)])
  }

  private func locked(_ name: String, _ folders: LockFolders) throws -> any TargetLock {
    guard case .taken(let lock) = FileLocks.take(name, in: folders) else {
      throw CancellationError()
    }
    return lock
  }

  private func reason(_ folders: LockFolders) -> String? {
    if case .failed(let reason) = FileLocks.take("a:1", in: folders) { reason } else { nil }
  }

  private func isHeld(_ name: String, _ folders: LockFolders) -> Bool {
    if case .held = FileLocks.take(name, in: folders) { true } else { false }
  }

  @Test func `a target is locked in both folders, and lock files do not accumulate`() throws {
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
    let other = folder.path("other")
    #expect(isHeld("a:1", folders(other)))
    #expect(isHeld("a:1", folders(machine: "")))
    #expect(!isHeld("a:1", folders(other, machine: "")))
    #expect(FileLocks.holder(of: "a:1", in: folders(other))?.hasPrefix(" (process ") == true)
    #expect(FileLocks.holder(of: "b:1", in: folders(other)) == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `the machine's folder is created for all users, and an unsafe one is not used`() throws
  {
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

  @Test(.enabled(if: isRoot)) func `a lock file that another user has left can be locked`()
    throws
  {
    let both = folders()
    let path = folder.path("locks/target-a_1.lock")
    try folder.write("12 65534 2026-11-23T19:15:02Z\n", to: "locks/target-a_1.lock")
    _ = unsafe chown(path, Self.nobody, Self.nobody)
    let other = unsafe open(path, O_RDONLY)
    flock(other, LOCK_EX)
    guard case .held(let holder) = FileLocks.take("a:1", in: both) else {
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

  @Test func `a check creates no folder, and shows the holder of the lock`() throws {
    let variables = [LockFolders.variable: folder.path("locks")]
    func looking() -> LocalCoordinator {
      LocalCoordinator(
        LockFolders(in: folder.path("none"), environment: variables, isMade: false))
    }
    let target = TargetName("cuc:8443")
    #expect(looking().holder(of: target) == nil)
    #expect(try folder.names() == ["other", "state"])
    let lock = try locked("cuc:8443", folders())
    #expect(
      looking().holder(of: target)?.hasPrefix(" (process \(getpid()), since ") == true)
    #expect(looking().holder(of: TargetName("cuc:8443", isPrivate: true)) == nil)
    withExtendedLifetime(lock) {}
  }

  @Test func `a check of the lock does not keep a run from taking it`() throws {
    try folder.write("", to: "state/target-a_1.lock")
    let look = unsafe open(folder.path("state/target-a_1.lock"), O_RDONLY)
    #expect(flock(look, LOCK_SH) == 0)
    Thread.detachNewThread {
      // Longer than the scheduler may delay a check, and much shorter than the wait for it.
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
  func `other text in a lock file is not shown`(text: String) {
    #expect(LockHolder(line: text) == nil)
  }

  @Test func `a private name is locked only in the state folder`() throws {
    let coordinator = LocalCoordinator(folders())
    guard case .taken(let lock) = coordinator.lock(TargetName("a:1", isPrivate: true)) else {
      Issue.record("it was not taken")
      return
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("locks")) == [])
    #expect(coordinator.holder(of: TargetName("a:1")) != nil, "who shares the state folder sees it")
    let other = LocalCoordinator(folders(folder.path("other")))
    #expect(other.holder(of: TargetName("a:1")) == nil)
    withExtendedLifetime(lock) {}
  }
}
