package import PortGroupModel
package import RowLedger

/// What would be done for a row, told by a dry run.
package struct PlannedRow: Sendable, Equatable {
  /// A field that would change.
  package struct Change: Sendable, Equatable {
    package var field: Field
    package var before: FieldValue
    package var after: FieldValue
  }

  package enum Action: Sendable, Equatable {
    case create
    case update
    case delete
    case unchanged
    case fail(FailureCode)
  }

  package var place: RowPlace
  package var group: String
  package var action: Action
  /// One line for people about the server, as it is, or as it would be made.
  package var server: String
  /// What an update would change.
  package var changes: [Change] = []
  /// Why it would fail, where there is more to say than the code's meaning.
  package var reason: String?
  /// True for a row that is to delete a server and found none.
  package var lacksServer = false
  /// A server beside which a creation would stand and which no row names: perhaps the old address.
  package var neighbour: String?

  /// Tells what a decision means.
  ///
  /// - Parameters:
  ///   - step: A row and what was decided for it.
  ///   - others: What was decided for all rows of the group.
  ///   - before: The group as listed.
  ///   - group: The group.
  init(
    _ step: BatchSender.Step, among others: [Decision], on before: [PortGroupServer],
    of group: PortGroup
  ) {
    place = step.row.place
    self.group = group.displayName
    let row = step.row.row
    let found = row.objectID.flatMap { id in before.first { $0.objectID == id } }
    server =
      row.namesHost
      ? row.fields.summary : found?.summary ?? row.objectID?.text ?? row.fields.summary
    switch step.decision {
    case .create(let fields):
      action = .create
      neighbour = Self.neighbour(of: fields, among: others, on: before)?.summary
    case .update(let index, let fields):
      action = .update
      server = before[index].summary
      changes = fields.present.map { field in
        Change(field: field, before: before[index].fields[field], after: fields[field])
      }
    case .delete(let index):
      action = .delete
      server = before[index].summary
    case .unchanged:
      action = .unchanged
      lacksServer = step.lacksServer
    case .refuse(let code, let index):
      action = .fail(code)
      reason = step.reason(code, index, before)
      guard code == .cannotEmpty, let found = index.map({ before[$0].fields }) else { break }
      changes = row.fields.fixed(on: found).map { field in
        Change(field: field, before: found[field], after: .empty)
      }
    }
  }

  /// A server of the same service, ports and order that no row means, where there is just one.
  private static func neighbour(
    of fields: FieldValues, among decisions: [Decision], on before: [PortGroupServer]
  ) -> PortGroupServer? {
    let meant = Set(decisions.compactMap(\.server))
    let like: [Field] = [.service, .port, .tlsPort, .precedence]
    let found = before.indices.filter { index in
      !meant.contains(index)
        && like.allSatisfy { field in
          fields[field] == .absent || fields.agrees(with: before[index].fields, in: field)
        }
    }
    return found.count == 1 ? before[found[0]] : nil
  }
}

extension Decision {
  /// The server of the before-image that it is about; `nil` if none.
  fileprivate var server: Int? {
    switch self {
    case .update(let server, _), .delete(let server): server
    case .unchanged(let server): server
    case .create, .refuse: nil
    }
  }
}
