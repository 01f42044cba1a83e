// How the program reacts to a server's identity: a warning, a lock, or a refusal.

import BatchEngine
import Coordination
import Foundation
import PortGroupModel
import RowLedger
import TestSupport
import Testing
import UnityConnection

@testable import CommandLineTool

@Suite struct ServerConfirmationTests {
  private static let publisher = ObjectID("00000000-0000-0000-0000-000000000001")
  private static let cluster = [
    ClusterServer(
      name: "cuc-pub", role: .primary, hosts: ["cuc-pub.lab.example", "10.0.0.1"],
      objectID: publisher, isPublisher: true),
    ClusterServer(name: "cuc-sub", role: .secondary, hosts: ["cuc-sub.lab.example", "10.0.0.2"]),
  ]

  /// The confirmation of the server in a run on a target.
  private struct Rehearsal {
    let recorder = Recorder()
    let locks: TargetLocks
    let setting: RunSetting

    init(_ address: String, in folder: TemporaryFolder, known: ObjectID? = nil) throws {
      let conduct = RunConduct(.none, phase: "Sending", on: recorder.console())
      let state = StateFolder(environment: ["STATE_DIRECTORY": folder.path])
      let folders = LockFolders(
        in: state.path, environment: [LockFolders.variable: folder.path("locks")])
      locks = TargetLocks(
        try TargetAddress(address), by: LocalCoordinator(folders), timeout: .zero, conduct)
      setting = conduct.setting(
        try Ledger.open(.throwaway), RunTarget(url: address), locks, known: known)
    }

    /// The result for this identity; the reason is `nil` if the run continues.
    func confirmServer(
      _ servers: [ClusterServer] = cluster, _ id: ObjectID? = publisher
    ) async -> RunStop? {
      do throws(RunStop) {
        try await setting.confirmServer?(servers, id)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test(arguments: [
    ("https://cuc-pub.lab.example", false), ("https://10.0.0.1:8443", false),
    ("https://CUC-sub.lab.example", true), ("https://10.0.0.2", true),
    ("https://other.lab.example", false),
  ])
  func `a secondary server gives a warning`(address: String, isWarned: Bool) async throws {
    let folder = try TemporaryFolder()
    let rehearsal = try Rehearsal(address, in: folder)
    #expect(await rehearsal.confirmServer() == nil)
    let warning =
      "cupibulk: warning: this is the secondary server of its cluster: while both are up, "
      + "changes belong on the primary\n"
    #expect(rehearsal.recorder.messages == (isWarned ? warning : ""))
  }

  @Test func `two names of one server have one lock by its id`() async throws {
    let folder = try TemporaryFolder()
    let first = try Rehearsal("https://10.0.0.1", in: folder)
    let second = try Rehearsal("https://cuc-pub.lab.example", in: folder)
    #expect(await first.locks.takeTarget() == nil)
    #expect(await second.locks.takeTarget() == nil, "the names are two")
    #expect(await first.confirmServer() == nil)
    let stop = await second.confirmServer()
    guard case .targetLocked(let reason) = stop else {
      Issue.record("it ended with \(String(describing: stop))")
      return
    }
    #expect(
      reason.hasPrefix(
        "another run of cupibulk is pushing to https://cuc-pub.lab.example "
          + "under another name (process \(getpid()), since "))
    withExtendedLifetime(first) {}
  }

  @Test func `a server other than the run's is refused`() async throws {
    let folder = try TemporaryFolder()
    let other = ObjectID("00000000-0000-0000-0000-000000000002")
    let rehearsal = try Rehearsal("https://10.0.0.1", in: folder, known: other)
    guard case .wrongTarget = await rehearsal.confirmServer() else {
      Issue.record("it was not refused")
      return
    }
    #expect(
      await rehearsal.confirmServer(Self.cluster, nil) == nil,
      "a server without an identity is accepted")
    #expect(await rehearsal.confirmServer(Self.cluster, other) == nil)
  }

  @Test func `a sandbox in a file is identified by its file, without a request`() async throws {
    let rehearsal = try Rehearsal("sandbox:lab.db", in: try TemporaryFolder())
    #expect(rehearsal.setting.confirmServer == nil)
  }
}
