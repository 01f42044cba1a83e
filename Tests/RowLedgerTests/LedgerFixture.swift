// A ledger for a test, and functions to fill it.

import Foundation
import PortGroupModel
import RowLedger
import SQLStores
import Synchronization
import TestSupport

/// A ledger in a temporary folder, with a clock that does not advance and numbered run names.
final class LedgerFixture: Sendable {
  static let start = Date(timeIntervalSince1970: 1_795_461_302)
  static let sip = group("SIP", 1, .sip)
  static let sccp = group("SCCP", 2, .sccp)

  let folder: TemporaryFolder
  let ledger: Ledger

  init() throws {
    folder = try TemporaryFolder()
    ledger = try Ledger.open(.file(folder.path("ledger.sqlite")), environment: Self.environment())
  }

  var path: String { folder.path("ledger.sqlite") }

  /// Opens the same file again, as a later process would.
  func reopened() throws(LedgerError) -> Ledger {
    try Ledger.open(.file(path), environment: Self.environment(firstSuffix: 100))
  }

  static func environment(
    firstSuffix: Int = 1, owner: RunOwner = LedgerFixture.owner
  ) -> Ledger.Environment {
    let counter = Mutex(firstSuffix)
    var environment = Ledger.Environment(
      now: { start },
      runSuffix: {
        counter.withLock { count in
          defer { count += 1 }
          return String(repeating: "0", count: 4 - String(count).count) + String(count)
        }
      },
      owner: owner, ownerState: { ownerState($0) })
    environment.openStore = RepeatingStore.opener
    return environment
  }

  /// A process that is active during the test.
  static let owner = RunOwner(pid: 1, start: "alive", namespace: "here")

  static func ownerState(_ owner: RunOwner) -> OwnerState {
    switch owner.start {
    case "alive": .working
    case "dead": .ended
    default: .unknown
    }
  }

  static func opening(_ kind: RunKind = .import) -> RunOpening {
    RunOpening(
      kind: kind, source: "servers.csv", target: RunTarget(url: "https://cuc.example"),
      toolVersion: "1.0")
  }

  /// An object id that ends with this number.
  static func id(_ number: Int) -> ObjectID {
    let digits = String(number, radix: 16)
    let text =
      "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = ObjectID(text) else { preconditionFailure("\(text) is no id") }
    return id
  }

  static func group(_ name: String, _ number: Int, _ integration: IntegrationMethod) -> PortGroup {
    PortGroup(objectID: id(number), displayName: name, integration: integration)
  }

  static func row(
    _ host: String, group: String = "SIP", _ operation: PortGroupModel.Operation = .upsert,
    _ more: FieldValues = [:], match: FieldValues = [:]
  ) -> Row {
    var fields = more
    if more[.service] == .absent { fields[.service] = "102" }
    fields[.host] = FieldValue(text: host)
    if host.isEmpty { fields[.host] = .absent }
    return Row(
      operation: operation, group: GroupReference(name: group), fields: fields, match: match)
  }

  /// Stages a run of these rows, one on each line from line 2 on, and resolves their groups by
  /// name.
  func stage(
    _ rows: [Row?], resolving groups: [PortGroup] = [sip, sccp]
  ) async throws -> RunID {
    let run = try await ledger.beginStaging(Self.opening())
    let file = try await ledger.addFile("servers.csv", to: run)
    let staged = rows.enumerated().map { index, row in
      StagedRow(
        file: file, record: index + 1, line: index + 2, row: row, raw: "record \(index + 1)")
    }
    try await ledger.stage(staged, in: run)
    let found = try await ledger.groupReferences(of: run).all().compactMap { staged in
      groups.first { $0.displayName == staged.reference.name }.map { (staged.id, $0) }
    }
    try await ledger.resolve(found, in: run)
    _ = try await ledger.finishStaging(run)
    return run
  }

  /// Stages rows of one group, and returns the group.
  func batch(_ rows: [Row?]) async throws -> (run: RunID, group: GroupID, rows: [BatchRow]) {
    let run = try await stage(rows)
    let first = try await ledger.rows(of: run).all().first { $0.group != nil }
    guard
      let group = try await ledger.openGroups(of: run).first(where: { $0.group == first?.group })
    else { throw CancellationError() }
    return (run, group.id, try await ledger.rows(of: group.id))
  }
}

extension LedgerFixture {
  /// A number read directly from the file.
  func count(_ sql: String) throws -> Int {
    try Database(.file(path), options: DatabaseOptions(readOnly: true)).integer(sql)
  }
}

extension BatchPlan {
  /// A plan with these changes on a group, independent of the rows.
  init(_ changes: [(RowID, Change)], on before: [PortGroupServer] = []) {
    self.init(
      changes.map { (id: $0, request: LedgerFixture.row("a"), plan: RowPlan(.write($1))) },
      on: before)
  }
}
