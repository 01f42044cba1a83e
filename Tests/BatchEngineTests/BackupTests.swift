// Backups of a server into a repository: what is read, what is good, and what is read back.

import FoundationEssentials
import PortGroupModel
import RowLedger
import SandboxServer
import SnapshotRepository
import Synchronization
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct BackupTests {
  private let folder: TemporaryFolder
  private let repository: Repository

  init() throws {
    folder = try TemporaryFolder()
    try DiskFiles.make(folder.path("repo"))
    repository = try Repository.prepare(
      in: DiskFiles(at: folder.path("repo")), now: .now
    ) { _, _ in }.repository
  }

  private static let two = [
    ConfigurationPair.Group(
      id: EngineRig.sip.objectID, name: "SIP", integration: .sip,
      servers: [server(51, "10.0.0.1"), server(52, "10.0.0.2"), server(53, "10.0.0.3")]),
    ConfigurationPair.Group(
      id: EngineRig.id(7), name: "Empty", integration: .sip, servers: []),
  ]

  private static func server(_ id: Int, _ host: String) -> FieldValues {
    [
      .objectID: .text(EngineRig.id(id).text), .service: .text("102"), .host: .text(host),
      .port: .text("5060"), .tlsPort: .text("5061"), .precedence: .text("\(id)"),
    ]
  }

  private func backUp(_ rig: EngineRig) async throws -> (run: RunID, result: Backup.Result) {
    let backup = Backup(
      pace: rig.options.pace, setting: rig.setting(), tool: "test 1", to: repository,
      wait: WriterWait(atMost: .zero, who: "jd@jump01", control: rig.control) { _, _ in })
    let run = try await rig.ledger.beginStaging(backup.opening)
    let result = try await backup.perform(run, on: rig.client)
    await backup.end(run, result, outcome: "done", exitCode: 0)
    return (run, result)
  }

  private func read(_ result: Backup.Result) async throws -> SnapshotConfiguration {
    try await SnapshotConfiguration(
      FoundSnapshot(snapshot: result.snapshot, history: result.history), in: repository,
      control: RunControl())
  }

  @Test func `a snapshot has every group and every field, and the next night takes no new object`()
    async throws
  {
    let (rig, _) = try EngineRig.holding(Self.two)
    let (run, result) = try await backUp(rig)
    #expect(result.snapshot.isGood)
    #expect(result.snapshot.servers == 3 && result.snapshot.groups == 2)
    #expect(!result.isUnchanged)

    let configuration = try await read(result)
    #expect(Set(configuration.groups().map(\.title)) == ["SIP", "Empty"])
    #expect(configuration.origin.identity == MemorySnapshot.server)
    for group in Self.two {
      let servers = try await configuration.servers(of: ConfigurationGroup(group.group))
      #expect(servers.texts == (try await rig.content(of: group.group)).texts)
    }

    let manifest = try repository.manifest(of: result.snapshot, in: result.history)
    #expect(manifest.passes == 2)
    #expect(manifest.groups.map(\.serverCount).sorted() == [0, 3])
    #expect(manifest.run == run.text)
    let recorded = try await rig.ledger.inputs(of: run)
    #expect(recorded.map(\.sha256) == [result.head])

    let (_, second) = try await backUp(rig)
    #expect(second.isUnchanged)
    #expect(second.snapshot.object == result.snapshot.object)
    #expect(second.head != result.head)
    #expect(second.history.all.count == 2)
  }

  @Test func `what changes between two passes is read until they agree`() async throws {
    let (rig, server) = try EngineRig.holding(Self.two)
    let sandbox = rig.sandbox
    server.setRule { call in
      // Another client adds a server when the first pass has read the groups.
      if call.verb == "groups", call.nth == 3 { sandbox.createProxy("10.9.9.9") }
      return .pass
    }
    let (_, result) = try await backUp(rig)
    #expect(result.snapshot.isGood)
    #expect(result.snapshot.servers == 4)
    #expect(try repository.manifest(of: result.snapshot, in: result.history).passes == 3)
  }

  @Test func `a target that changes all the time gives a suspect snapshot`() async throws {
    let (rig, server) = try EngineRig.holding(Self.two)
    let sandbox = rig.sandbox
    server.setRule { call in
      if call.verb == "groups" { sandbox.createProxy("10.9.9.\(call.nth)") }
      return .pass
    }
    let (_, result) = try await backUp(rig)
    #expect(
      result.snapshot.suspicions == [
        "the groups changed each time that they were read, 4 times"
      ])
    #expect(result.history.lastGood == nil)
  }

  @Test func `a group that answers with an error leaves no snapshot`() async throws {
    let (rig, server) = try EngineRig.holding(Self.two)
    server.setRule { call in call.name == "list 7" ? .page(403) : .pass }
    let stop = await #expect(throws: RunStop.self) { _ = try await backUp(rig) }
    guard case .server(let reason) = stop else {
      Issue.record("\(String(describing: stop))")
      return
    }
    #expect(reason.hasPrefix("port group \"Empty\" cannot be read: "))
    #expect(try repository.histories().isEmpty)
  }

  @Test func `a group that vanishes while it is read is not in the snapshot`() async throws {
    let (rig, server) = try EngineRig.holding(Self.two)
    server.setRule { call in
      // Gone for the second pass and later ones.
      if call.name == "list 7", call.nth > 1 { return .status(404) }
      if call.name == "group 7" { return .status(404) }
      guard call.verb == "groups", call.nth > 3 else { return .pass }
      return .edited { text in
        text.replacing(
          #/<PortGroup>(?:(?!</PortGroup>).)*Empty(?:(?!</PortGroup>).)*</PortGroup>/#
            .dotMatchesNewlines(), with: ""
        ).replacing("total=\"2\"", with: "total=\"1\"")
      }
    }
    let (_, result) = try await backUp(rig)
    #expect(result.snapshot.groups == 1)
    #expect(result.snapshot.isGood)
  }

  @Test func `a signal while it reads leaves no snapshot`() async throws {
    let (rig, server) = try EngineRig.holding(Self.two)
    let control = rig.control
    server.setRule { call in
      if call.verb == "list" { control.requestStop(.terminated) }
      return .pass
    }
    await #expect(throws: RunStop.terminated) { _ = try await backUp(rig) }
    #expect(try repository.histories().isEmpty)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `whatever a server gives comes back from the snapshot`(seed: UInt64) async throws {
    let groups = ConfigurationPair(seed: seed).before
    let (rig, _) = try EngineRig.holding(groups)
    let (_, result) = try await backUp(rig)
    let configuration = try await read(result)
    for group in groups {
      let servers = try await configuration.servers(of: ConfigurationGroup(group.group))
      #expect(servers.texts == (try await rig.content(of: group.group)).texts)
    }
  }

  // MARK: Damage

  @Test func `a damaged object or manifest is no configuration`() async throws {
    let (rig, _) = try EngineRig.holding(Self.two)
    let (_, result) = try await backUp(rig)
    let object = try repository.path(ofObject: result.snapshot.object)
    let manifest = folder.path(
      "repo/targets/\(result.history.folder)/snapshots/\(result.snapshot.id).json")
    for (path, fault) in [
      (object, RepositoryFault.Cause.objectDamaged(object)),
      (manifest, .manifestDamaged(manifest)),
    ] {
      let original = try Data(contentsOf: URL(filePath: path))
      var changed = original
      changed[changed.count / 2] ^= 0x10
      try changed.write(to: URL(filePath: path))
      await #expect(throws: RunStop.repository(RepositoryFault(fault))) {
        _ = try await read(result)
      }
      try original.write(to: URL(filePath: path))
    }
    _ = try await read(result)
  }

  @Test func `other bytes than were read from the server are noticed before the snapshot is added`()
    async throws
  {
    let (rig, _) = try EngineRig.holding(Self.two)
    let (_, result) = try await backUp(rig)
    // The same file, compared with a server that has other ones.
    let (other, _) = try EngineRig.holding([
      ConfigurationPair.Group(
        id: EngineRig.sip.objectID, name: "SIP", integration: .sip,
        servers: [
          Self.server(51, "10.0.0.1"), Self.server(52, "10.0.0.2"), Self.server(53, "10.0.0.4"),
        ])
    ])
    let pass = try await ServerReading(
      client: PacedClient(to: other.client, other.options.pace, other.setting()),
      setting: other.setting(), workers: 1
    ).read().pass
    let readBack = SnapshotReadBack(repository: repository, object: result.object)
    let path = try repository.path(ofObject: result.object.sha256)
    await #expect(throws: RunStop.repository(RepositoryFault(.readBack(path)))) {
      try await readBack.compare(with: pass)
    }
  }

  @Test func `an import recognizes the object of a snapshot`() async throws {
    let (rig, _) = try EngineRig.holding(Self.two)
    let (_, result) = try await backUp(rig)
    let path = try repository.path(ofObject: result.object.sha256)
    let exports = try await KnownExports(in: rig.ledger).exports(thatWrote: path)
    #expect(exports.map(\.targetIdentity) == [MemorySnapshot.server])
  }
}
