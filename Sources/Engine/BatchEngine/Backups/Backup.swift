import BulkFiles
import FoundationEssentials
import PortGroupFiles
import PortGroupModel
package import RowLedger
package import SnapshotRepository
package import UnityConnection

/// Takes a snapshot of a target: reads it until two passes agree, writes it to a repository, and reads it again there.
package struct Backup: Sendable {
  let pace: Pace
  let setting: RunSetting
  let repository: Repository
  let wait: WriterWait
  /// The program and its version, for the manifest.
  let tool: String

  /// Creates a backup.
  ///
  /// - Parameters:
  ///   - pace: The limits for requests.
  ///   - setting: The environment of the run.
  ///   - tool: The program and its version, for the manifest.
  ///   - repository: The repository; it is written when the target was read.
  ///   - wait: Waits for another process that writes to it.
  package init(
    pace: Pace, setting: RunSetting, tool: String, to repository: Repository, wait: WriterWait
  ) {
    self.pace = pace
    self.setting = setting
    self.tool = tool
    self.repository = repository
    self.wait = wait
  }

  /// The record of the run before it begins.
  package var opening: RunOpening {
    RunOpening(
      kind: .backup, source: repository.folder, target: setting.target,
      toolVersion: setting.toolVersion)
  }

  /// What was added to the repository.
  package struct Result: Sendable {
    package var snapshot: Snapshot
    /// The file with its servers.
    package var object: Manifest.Object
    /// The digest of the last line of the target's chain, to be kept elsewhere.
    package var head: String
    /// True if the snapshot before has the same configuration.
    package var isUnchanged: Bool
    /// The history of the target with the snapshot.
    package var history: TargetHistory
    /// Snapshots of an earlier run that was stopped, which are complete now.
    package var recovered: [Snapshot]
    /// True if lines of the target's chain are missing or were changed.
    package var isChainDamaged: Bool
  }

  /// Reads the target and adds a snapshot of it.
  ///
  /// - Parameters:
  ///   - run: A run that was recorded with `opening`; its ending is recorded by the caller.
  ///   - client: The target; only read requests are sent.
  /// - Returns: The snapshot, good or suspect.
  /// - Throws: `RunStop` if the target cannot be read, or the repository cannot be written; then nothing was added.
  package func perform(
    _ run: RunID, on client: ConnectionClient
  ) async throws(RunStop) -> Result {
    let client = PacedClient(to: client, pace, setting)
    let began = Date()
    _ = try await client.portGroups().orStop()
    try await setting.confirmServer(run, by: client)
    let found = try await ServerReading(client: client, setting: setting, workers: pace.slots)
      .read()
    let version = try await client.version()
    let target = try await setting.book(of: run).record().opening.target
    let draft = SnapshotDraft(
      target: SnapshotTarget(
        id: target.identity ?? target.url, name: target.name, url: target.url, version: version),
      began: began, ended: Date(), passes: found.passes, isMoving: found.isMoving,
      groups: found.pass.groups, tool: tool, run: run.text)
    // If the user asked to stop during the last request, nothing must be added.
    try setting.control.check()
    let writer = try await wait.writer(of: repository)
    return try await add(found.pass, draft, by: writer)
  }

  /// Ends the run, and records what was written: the object, so that an import recognizes it, and the chain's head.
  ///
  /// The snapshot is complete; a ledger that fails here changes nothing about it.
  ///
  /// - Parameters:
  ///   - run: The run of `perform(_:on:)`.
  ///   - result: What it has returned.
  ///   - outcome: What was done, in a few words.
  ///   - exitCode: The exit code of the run.
  package func end(
    _ run: RunID, _ result: Result, outcome: String, exitCode: Int
  ) async {
    let ledger = setting.ledger
    try? await ledger.abandon(run, RunEnding(.done, reason: outcome), exitCode: exitCode)
    try? await ledger.add(RunInput(name: Self.headName, sha256: result.head), to: run)
    guard let path = try? repository.path(ofObject: result.object.sha256),
      let fingerprint = FileFingerprint(of: path)
    else { return }
    var file = ExportedFile(
      size: fingerprint.size, checksum: fingerprint.checksum, target: setting.target.url,
      version: result.snapshot.target.version ?? "")
    file.contentSize = result.object.size
    file.sha256 = result.object.sha256
    try? await ledger.record(file, writtenBy: run)
  }

  /// The name of the chain's head among the inputs of a run.
  package static let headName = "chain head"

  private func add(
    _ pass: ServerReading.Pass, _ draft: SnapshotDraft, by writer: RepositoryWriter
  ) async throws(RunStop) -> Result {
    let before = writer.history(of: draft.target)?.newest
    let object = try await write(pass, by: writer)
    try await SnapshotReadBack(repository: writer.repository, object: object).compare(with: pass)
    let snapshot: Snapshot
    do throws(RepositoryFault) {
      snapshot = try writer.add(draft, object)
    } catch {
      throw .repository(error)
    }
    guard let history = writer.history(of: draft.target) else {
      throw .repository(RepositoryFault(.noRepository(writer.repository.folder)))
    }
    return Result(
      snapshot: snapshot, object: object, head: history.chain.head,
      isUnchanged: before?.content == snapshot.content, history: history,
      recovered: writer.recovered, isChainDamaged: history.isDamaged)
  }

  /// Writes the servers, and checks that they are those of which the digest was taken.
  private func write(
    _ pass: ServerReading.Pass, by writer: RepositoryWriter
  ) async throws(RunStop) -> Manifest.Object {
    let object: ObjectWriter
    do throws(RepositoryFault) { object = try writer.newObject() } catch {
      throw .repository(error)
    }
    var encoder = ServerEncoder(format: .xml, total: pass.count)
    try await pass.book.encode(with: &encoder) { bytes throws(RunStop) in
      try setting.control.check()
      do throws(RepositoryFault) { try object.write(bytes) } catch { throw .repository(error) }
    }
    do throws(RepositoryFault) {
      let facts = try object.finish()
      guard facts.sha256 == pass.content.sha256 else {
        throw RepositoryFault(.readBack(writer.repository.folder))
      }
      return facts
    } catch {
      throw .repository(error)
    }
  }
}
