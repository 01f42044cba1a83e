package import PortGroupModel
package import RowLedger

/// What would be done for a row, as a dry run reports it.
package struct PlannedRow: Sendable, Equatable {
  /// A field that would change, or cannot.
  package struct FieldChange: Sendable, Equatable {
    package var field: Field
    package var before: FieldValue
    package var after: FieldValue
  }

  package var place: RowPlace
  package var group: String
  package var decision: Decision
  /// One line for users about the server, as it is, or as it would be created.
  package var server: String
  /// What an update would change, or what cannot be emptied.
  package var changes: [FieldChange] = []
  /// Why it would fail, if there is more information than the code.
  package var reason: String?
  /// What an earlier process has done of a row.
  package enum Progress: Sendable {
    case none
    /// It may have sent it: the row is looked up before it is sent again.
    case inDoubt
    /// The server is as the row wants it.
    case done
  }

  package var progress: Progress
  /// True for a row that should delete a server and found none.
  package var lacksServer: Bool
  /// A server similar to the created one that no row names: perhaps it has the old address.
  package var neighbour: String?

  /// Describes a step.
  ///
  /// - Parameters:
  ///   - step: A row and its decision.
  ///   - place: Where the row is in the input.
  ///   - context: The servers of the group's plan.
  ///   - group: The group.
  ///   - progress: What an earlier process has done of it.
  init(
    _ step: BatchPlan.Step, at place: RowPlace, in context: PlanContext, of group: PortGroup,
    _ progress: Progress
  ) {
    self.progress = progress
    self.place = place
    self.group = group.displayName
    decision = step.decision
    lacksServer = step.lacksServer
    reason = step.reason
    let row = step.request
    let named = row.objectID.flatMap { context.serverOfID[$0] }
    server =
      row.namesHost
      ? row.fields.summary : named?.summary ?? row.objectID?.text ?? row.fields.summary
    switch step.decision {
    case .write(let change):
      if let before = change.before { server = before.summary }
      // Not the server that an id names: it may be replaced.
      if change.verb == .create {
        server = change.set.summary
        neighbour = context.neighbour(of: change.set)?.summary
      }
      if change.verb == .update, let before = change.before {
        changes = change.set.present.map { field in
          FieldChange(field: field, before: before[field], after: change.set[field])
        }
      }
    case .refuse(.cannotEmpty):
      guard let found = step.found?.fields else { break }
      changes = row.fields.fixed(on: found).map { field in
        FieldChange(field: field, before: found[field], after: .empty)
      }
    case .unchanged, .refuse: break
    }
  }
}

/// The servers of a group's plan, as its rows are described with them.
struct PlanContext {
  let serverOfID: [ObjectID: PortGroupServer]
  /// The servers that no row means.
  private let others: [PortGroupServer]

  /// With more servers that no row means, none is a likely neighbour of a new one.
  private static let limit = 500

  init(_ plan: BatchPlan) {
    serverOfID = Dictionary(plan.before.map { ($0.objectID, $0) }) { first, _ in first }
    let meant = Set(plan.steps.compactMap(\.decision.server))
    let others = plan.before.filter { !meant.contains($0.objectID) }
    self.others = others.count > Self.limit ? [] : others
  }

  /// The server with the same service, ports and order that no row means, if there is exactly one.
  func neighbour(of fields: FieldValues) -> PortGroupServer? {
    let like: [Field] = [.service, .port, .tlsPort, .precedence]
    let found = others.filter { server in
      like.allSatisfy { field in
        fields[field] == .absent || fields.agrees(with: server.fields, in: field)
      }
    }
    return found.count == 1 ? found[0] : nil
  }
}

extension Decision {
  /// The server of the decision; `nil` if there is none.
  fileprivate var server: ObjectID? {
    switch self {
    case .write(let change): change.server
    case .unchanged(let server): server
    case .refuse: nil
    }
  }
}
