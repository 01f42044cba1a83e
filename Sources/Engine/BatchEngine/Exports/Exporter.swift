package import BulkFiles
import PortGroupModel
package import RowLedger
package import UnityConnection

/// Exports the servers of all or some port groups: from the server to the ledger, then sorted to a file.
package struct Exporter: Sendable {
  let pace: Pace
  /// Names or ids of the groups to export; empty for all groups.
  let onlyGroups: [String]
  let setting: RunSetting

  package init(pace: Pace, onlyGroups: [String] = [], setting: RunSetting) {
    self.pace = pace
    self.onlyGroups = onlyGroups
    self.setting = setting
  }

  private var ledger: Ledger { setting.ledger }

  /// The record of the run before it begins; `file` is the file that it will write, as the user named it.
  package func opening(for file: String) -> RunOpening {
    RunOpening(
      kind: .export, source: file, target: setting.target,
      options: StoredExportOptions(onlyGroup: onlyGroups).json, toolVersion: setting.toolVersion)
  }

  /// Reads the server, then passes all its port group servers to `write`, in the order of the file.
  ///
  /// - Parameters:
  ///   - run: A run that was recorded with `opening(for:)`.
  ///   - client: The server to read.
  ///   - path: The file that `write` writes, so that an import can recognize it; `nil` if the output is not a
  ///     file.
  ///   - write: Writes the whole file; it gets the number of servers and the servers, and returns what it has written,
  ///     before it was compressed. The error that it throws is recorded as the reason why the run failed.
  /// - Returns: The number of servers read, and why the run stopped early, if it did.
  package func perform(
    _ run: RunID, on client: ConnectionClient, to path: String? = nil,
    write: (Int, LedgerPages<ExportedServer>) async throws -> ContentDigest?
  ) async -> ExportResult {
    let client = PacedClient(to: client, pace, setting)
    let count: Int
    let version: String?
    do throws(RunStop) {
      (count, version) = try await stage(run, by: client, asksVersion: path != nil)
    } catch {
      _ = await setting.abandon(run, by: error)
      return ExportResult(run: run, servers: 0, stop: error)
    }
    do throws(RunStop) {
      return try await finish(run, count, path, version, write)
    } catch {
      return ExportResult(run: run, servers: count, stop: error)
    }
  }

  private func stage(
    _ run: RunID, by client: PacedClient, asksVersion: Bool
  ) async throws(RunStop) -> (Int, version: String?) {
    var groups = try await client.portGroups().orStop()
    try await setting.confirmServer(run, by: client)
    if !onlyGroups.isEmpty {
      let wanted = try GroupSelection(onlyGroups).ids(in: groups)
      groups.removeAll { !wanted.contains($0.objectID) }
    }
    let book = setting.book(of: run)
    let file = try await book.addFile(setting.target.url)
    let reading = GroupReading(book: book, file: file, client: client, groups: groups)
    try await reading.read(workers: pace.slots)
    let version = asksVersion ? try await client.version() : nil
    // If the user asked to stop during the last request, no file must be written.
    try setting.control.check()
    return (try await book.finishStaging(), version)
  }

  private func finish(
    _ run: RunID, _ count: Int, _ path: String?, _ version: String?,
    _ write: (Int, LedgerPages<ExportedServer>) async throws -> ContentDigest?
  ) async throws(RunStop) -> ExportResult {
    var stop: RunStop?
    var written: ContentDigest?
    do {
      written = try await write(count, try await ledger.exportedServers(of: run))
    } catch let error as RunStop {
      stop = error
    } catch let error as LedgerError {
      stop = .ledger(error)
    } catch {
      stop = .output("\(error)")
    }
    if stop == nil, let file = file(at: path, version, written) {
      // The file is complete. If the ledger fails, the error is reported when the run ends, right
      // below.
      try? await ledger.record(file, writtenBy: run)
    }
    let exitCode = setting.exitCode(RunResult(run: run, books: nil, stop: stop))
    let ending = stop.map(setting.ending) ?? RunEnding(.done)
    try await setting.book(of: run).end(ending, exitCode: exitCode)
    return ExportResult(run: run, servers: count, stop: stop)
  }
}

extension Exporter {
  /// What identifies the file that was written; what went to a pipe is known only by its content.
  private func file(
    at path: String?, _ version: String?, _ content: ContentDigest?
  ) -> ExportedFile? {
    let fingerprint = path.flatMap(FileFingerprint.init(of:))
    guard let size = fingerprint?.size ?? content?.size else { return nil }
    var file = ExportedFile(
      size: size, checksum: fingerprint?.checksum ?? ExportedFile.noChecksum,
      target: setting.target.url, version: version ?? "")
    file.contentSize = content?.size
    file.sha256 = content?.sha256
    return file
  }
}

/// The result of an export.
package struct ExportResult: Sendable {
  package var run: RunID
  package var servers: Int
  package var stop: RunStop?
}
