import BulkFiles
import PortGroupFiles
package import PortGroupModel
import RowLedger
package import SnapshotRepository

/// The servers of a snapshot; they are in a temporary ledger, so that memory is limited.
package struct SnapshotConfiguration: StoredConfiguration {
  package let name: String
  package let origin: ConfigurationOrigin
  private let listed: [ObjectID: ConfigurationGroup]
  private let ledger: Ledger
  private let recorded: [ObjectID: LedgerGroup]

  /// Reads a snapshot to its end, and compares it with the digests of its repository.
  ///
  /// - Parameters:
  ///   - found: The snapshot and its target.
  ///   - repository: The repository.
  ///   - control: Stops reading.
  /// - Throws: `RunStop.repository` if a file of the snapshot is missing or damaged, and `RunStop.unsuitable` if it has
  ///   rows that this program cannot read.
  package init(
    _ found: FoundSnapshot, in repository: Repository, control: RunControl
  ) async throws(RunStop) {
    let snapshot = found.snapshot
    name = "\(repository.folder)@\(snapshot.id)"
    origin = ConfigurationOrigin(
      url: snapshot.target.url, identity: snapshot.target.id, targetName: snapshot.target.name)
    let manifest: Manifest
    let path: String
    do throws(RepositoryFault) {
      manifest = try repository.manifest(of: snapshot, in: found.history)
      path = try repository.path(ofObject: manifest.object.sha256)
    } catch {
      throw .repository(error)
    }
    var listed: [ObjectID: ConfigurationGroup] = [:]
    for group in manifest.groups where group.readToEnd {
      guard let id = ObjectID(group.id) else {
        throw .unsuitable("\(name) has a port group with the id \(group.id.quoted)")
      }
      listed[id] = ConfigurationGroup(
        objectID: id, name: group.name, integration: group.kind.flatMap(IntegrationMethod.init))
    }
    self.listed = listed
    let book = try await Self.read(path, manifest, name, control)
    ledger = book.ledger
    var recorded: [ObjectID: LedgerGroup] = [:]
    var pages = try await book.groups()
    while case let page = try await pages.next(), !page.isEmpty {
      for group in page { recorded[group.group.objectID] = group }
    }
    self.recorded = recorded
  }

  /// Stages the servers of an object, of which each must be valid as a server gave it.
  private static func read(
    _ path: String, _ manifest: Manifest, _ name: String, _ control: RunControl
  ) async throws(RunStop) -> RunBook {
    var options = InputOptions()
    options.allowed = DiagnosticCode.ofServerValues
    let input = ImportInput(files: [path], options: options)
    let book = try await RunBook.throwaway(for: input)
    var staging = Staging(book: book, input: input, control: control, report: { _ in })
    staging.checkContent = { content async throws(RunStop) in
      guard content.sha256 == manifest.object.sha256 else {
        throw .repository(RepositoryFault(.objectDamaged(path)))
      }
    }
    do throws(RunStop) {
      try await staging.read()
    } catch {
      // What cannot be unpacked or parsed is not what was written.
      throw error == .input ? .repository(RepositoryFault(.objectDamaged(path))) : error
    }
    let found = try await FileGroups(book: book, report: { _ in }).resolve()
    _ = try await book.finishStaging()
    let count = try await book.books()
    guard count.invalid == 0 else {
      throw .unsuitable("\(count.invalid) servers of \(name) cannot be read by this version")
    }
    let ids = Set(manifest.groups.map(\.id))
    guard found.keys.allSatisfy({ $0.objectID.map { ids.contains($0.text) } ?? false }) else {
      throw .unsuitable("\(name) has servers of port groups that its manifest does not name")
    }
    return book
  }

  package func groups() -> [ConfigurationGroup] { Array(listed.values) }

  package func servers(of group: ConfigurationGroup) async throws(RunStop) -> [FieldValues] {
    guard let found = group.objectID.flatMap({ recorded[$0] }) else { return [] }
    do throws(LedgerError) {
      return try await ledger.rows(of: found.id).map(\.row.fields.whole)
    } catch {
      throw .ledger(error)
    }
  }
}
