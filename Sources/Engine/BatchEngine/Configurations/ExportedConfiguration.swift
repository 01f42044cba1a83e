package import PortGroupModel
package import RowLedger

/// The servers that an export of the ledger has read.
package struct ExportedConfiguration: StoredConfiguration {
  package let name: String
  package let origin: ConfigurationOrigin
  package let scope: [String]
  /// The groups that were exported, by id.
  private let numbers: [ObjectID: LedgerGroup]
  private let ledger: Ledger

  /// Opens the export; its rows stay in the ledger.
  ///
  /// - Throws: `RunStop.unsuitable` for a run that is no complete export, and if the ledger cannot be read.
  package init(of run: Run, in ledger: Ledger) async throws(RunStop) {
    name = "run:\(run.id)"
    scope = StoredExportOptions(json: run.opening.options).onlyGroup
    let target = run.opening.target
    origin = ConfigurationOrigin(
      url: target.url, identity: target.identity, targetName: target.name)
    self.ledger = ledger
    guard run.opening.kind == .export else {
      throw .unsuitable(
        "run \(run.id) is of kind \(run.opening.kind.rawValue); only an export has a configuration")
    }
    guard run.isStaged else {
      throw .unsuitable("run \(run.id) ended before it had read the server")
    }
    var pages = try await RunBook(ledger: ledger, run: run.id).groups()
    var numbers: [ObjectID: LedgerGroup] = [:]
    while case let page = try await pages.next(), !page.isEmpty {
      for group in page { numbers[group.group.objectID] = group }
    }
    self.numbers = numbers
  }

  package func groups() -> [ConfigurationGroup] {
    numbers.values.map { ConfigurationGroup($0.group) }
  }

  package func servers(
    of group: ConfigurationGroup
  ) async throws(RunStop) -> [FieldValues] {
    guard let found = group.objectID.flatMap({ numbers[$0] }) else { return [] }
    do throws(LedgerError) {
      return try await ledger.rows(of: found.id).map(\.row.fields.whole)
    } catch {
      throw .ledger(error)
    }
  }
}
