import FoundationEssentials
import TestSupport
import Testing

@testable import SnapshotRepository

/// A writer that is killed, or whose machine loses power or space, at every change of a file.
@Suite struct StoppedWriterTests {
  /// What was reported as done.
  private struct Acknowledged {
    var isPrepared = false
    var good: [SnapshotID] = []
    var suspect: [SnapshotID] = []
    var accepted: [SnapshotID] = []
    var kept: [SnapshotID] = []
    var forgotten: [SnapshotID] = []
    var copied: [SnapshotID] = []
  }

  /// Everything that a writer does, once.
  private func work(
    _ rig: RepositoryRig, copy: MemoryFiles, _ done: inout Acknowledged
  ) throws(RepositoryFault) {
    var rig = rig
    try rig.prepare()
    done.isPrepared = true
    let first = try rig.backup([3, 2])
    done.good.append(first.id)
    rig.now += 86_400
    done.good.append(try rig.backup([3, 2]).id)
    rig.now += 86_400
    let small = try rig.backup([0, 2])
    done.suspect.append(small.id)
    try rig.writer().accept(small, in: rig.history(), reason: "moved")
    done.accepted.append(small.id)
    let old = try rig.history().snapshots[1]
    try rig.writer().keep(old, in: rig.history(), reason: "before the move")
    done.kept.append(old.id)
    var copying = RepositoryCopying(try Repository(rig.files), to: copy)
    _ = try copying.copy()
    done.copied = try rig.history().snapshots.map(\.id)
    rig.now += 86_400
    done.good.append(try rig.backup([4, 2]).id)
    try rig.writer().forget([first], in: rig.history())
    done.forgotten.append(first.id)
    rig.now += 86_400 * 40
    // Empties the trash.
    done.good.append(try rig.backup([5, 2]).id)
    copying = RepositoryCopying(try Repository(rig.files), to: copy)
    _ = try copying.copy()
    done.copied = try rig.history().snapshots.map(\.id)
  }

  private func check(_ rig: RepositoryRig, copy: MemoryFiles, _ done: Acknowledged) throws {
    if !done.isPrepared {
      // Whatever was left, it can be prepared again.
      try rig.prepare()
    }
    let unfinished = try rig.problems().filter { !$0.isUnfinished }
    #expect(unfinished == [])
    try expect(done, in: rig)
    // The next writer puts everything right, and the next backup works.
    _ = try rig.writer()
    let left = try rig.problems().filter { $0.kind != .unusedObject }
    #expect(left == [])
    try expect(done, in: rig)
    var later = rig
    later.now += 86_400 * 100
    let next = try later.backup([6, 2])
    #expect(try later.history().lastGood?.id == next.id)
    try checkCopy(rig, copy, done)
  }

  private func expect(_ done: Acknowledged, in rig: RepositoryRig) throws {
    let history = try rig.history()
    for id in done.good + done.suspect where !done.forgotten.contains(id) {
      let snapshot = try #require(history.all.first { $0.id == id })
      #expect(try rig.isReadable(snapshot))
    }
    for snapshot in history.snapshots where snapshot.isGood {
      #expect(try rig.isReadable(snapshot), "half-written, and called good")
    }
    for id in done.accepted { #expect(history.all.first { $0.id == id }?.accepted == "moved") }
    for id in done.kept {
      #expect(history.all.first { $0.id == id }?.kept == "before the move")
    }
    for id in done.forgotten { #expect(history.all.first { $0.id == id }?.isForgotten == true) }
    if !done.good.isEmpty { #expect(history.lastGood != nil) }
  }

  private func checkCopy(
    _ rig: RepositoryRig, _ copy: MemoryFiles, _ done: Acknowledged
  ) throws {
    var copying = RepositoryCopying(try Repository(rig.files), to: copy)
    _ = try copying.copy()
    let copied = RepositoryRig(copy)
    #expect(try copied.problems().filter { !$0.isUnfinished } == [])
    for id in done.copied {
      let snapshot = try #require(try copied.history().all.first { $0.id == id })
      #expect(snapshot.isForgotten ? true : try copied.isReadable(snapshot))
    }
  }

  private static func changes() throws -> (own: Int, copy: Int) {
    let (files, copy) = (MemoryFiles(), MemoryFiles())
    var done = Acknowledged()
    try StoppedWriterTests().work(RepositoryRig(files), copy: copy, &done)
    return (files.changes, copy.changes)
  }

  /// Every change of the repository, then every one of its copy.
  private func forEachChange(
    _ work: (_ number: Int, _ isCopy: Bool) throws -> Void
  ) throws {
    let changes = try Self.changes()
    #expect(changes.own > 100 && changes.copy > 30)
    for number in 1...changes.own { try work(number, false) }
    for number in 1...changes.copy { try work(number, true) }
  }

  private func stop(
    at number: Int, inCopy: Bool, with trouble: MemoryFiles.Trouble
  ) -> (MemoryFiles, MemoryFiles, Acknowledged) {
    let (files, copy) = (MemoryFiles(), MemoryFiles())
    (inCopy ? copy : files).fail(at: number, with: trouble)
    var done = Acknowledged()
    do throws(RepositoryFault) {
      try self.work(RepositoryRig(files), copy: copy, &done)
    } catch {
      // The process is dead, or has reported the fault.
    }
    return (files, copy, done)
  }

  @Test func `a kill at every change loses nothing that was done`() throws {
    try forEachChange { number, inCopy in
      let (files, copy, done) = stop(at: number, inCopy: inCopy, with: .killed)
      files.restart()
      copy.restart()
      try check(RepositoryRig(files), copy: copy, done)
    }
  }

  @Test func `a full disk at every change loses nothing that was done`() throws {
    try forEachChange { number, inCopy in
      let (files, copy, done) = stop(at: number, inCopy: inCopy, with: .diskFull)
      files.restart()
      copy.restart()
      try check(RepositoryRig(files), copy: copy, done)
    }
  }

  @Test(arguments: [0, 0.3, 0.7])
  func `a power loss at every change loses nothing that was done`(chance: Double) throws {
    var random = SeededGenerator(seed: 7)
    try forEachChange { number, inCopy in
      let (files, copy, done) = stop(at: number, inCopy: inCopy, with: .killed)
      files.losePower(keeping: chance, &random)
      copy.losePower(keeping: chance, &random)
      try check(RepositoryRig(files), copy: copy, done)
    }
  }
}
