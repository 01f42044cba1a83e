/// Decides how to revert what the rows of an earlier run did to one group.
///
/// A server that another client has changed or deleted since then stays unchanged: its row is refused.
package struct UndoPlanner {
  /// One change to revert.
  package struct Step: Sendable, Equatable {
    /// Deletes, updates or creates; its ObjectId is the server's current id.
    package var row: Row
    /// What the row of the earlier run did.
    package var effect: Effect

    package init(row: Row, effect: Effect) {
      self.row = row
      self.effect = effect
    }
  }

  private let steps: [Step]
  private let servers: [PortGroupServer]
  private let earlier: Set<ObjectID>

  /// Creates a planner.
  ///
  /// - Parameters:
  ///   - steps: The steps of one group, the last change first.
  ///   - servers: The servers of the group as just listed.
  ///   - earlier: The servers that the group had before the earlier run: a deleted server may have had the same key as
  ///     one of them.
  package init(steps: [Step], servers: [PortGroupServer], earlier: Set<ObjectID> = []) {
    self.steps = steps
    self.servers = servers
    self.earlier = earlier
  }

  /// The row that reverts an effect; `nil` if the effect needs no undo.
  ///
  /// - Parameters:
  ///   - effect: What a row did.
  ///   - group: The group of the server.
  ///   - id: The server's current id: an undo may have recreated it under another one.
  /// - Returns: A row that names the server by its id.
  package static func row(undoing effect: Effect, in group: PortGroup, _ id: ObjectID) -> Row? {
    let reference = GroupReference(
      objectID: group.objectID, name: group.displayName, integration: group.integration)
    var fields = FieldValues()
    let operation: Operation
    switch effect.verb {
    case nil: return nil
    case .create: operation = .delete
    case .update:
      operation = .update
      guard let before = effect.before, let after = effect.after else { return nil }
      for field in Field.writable where !before.agrees(with: after, in: field) {
        fields[field] = before.restored(field)
      }
    case .delete:
      operation = .create
      guard let before = effect.before else { return nil }
      for field in Field.writable { fields[field] = before.restored(field) }
    }
    fields[.groupObjectID] = .absent
    fields[.objectID] = .text(id.text)
    return Row(operation: operation, group: reference, fields: fields)
  }

  /// One plan for each step, in the order of the steps.
  package func plan() -> [RowPlan] {
    let listed = Dictionary(servers.map { ($0.objectID, $0) }) { first, _ in first }
    return steps.map { step in
      let server = step.row.objectID.flatMap { listed[$0] }
      return RowPlan(decide(step, server), on: server)
    }
  }

  private func decide(_ step: Step, _ server: PortGroupServer?) -> Decision {
    switch (step.row.operation, server) {
    case (.delete, nil): .unchanged(nil)
    case (.delete, let server?):
      isAsLeft(step, server) ? .write(.delete(server)) : .refuse(.changedSince)
    case (.update, nil): .refuse(.changedSince)
    case (.update, let server?): update(step, server)
    case (_, let server?):
      isAsWanted(step, server) ? .unchanged(server.objectID) : .refuse(.changedSince)
    case (_, nil): create(step)
    }
  }

  private func update(_ step: Step, _ server: PortGroupServer) -> Decision {
    if isAsWanted(step, server) { return .unchanged(server.objectID) }
    let differing = step.row.fields.filtered {
      $0 != .objectID && !step.row.fields.agrees(with: server.fields, in: $0)
    }
    guard isAsLeft(step, server) else { return .refuse(.changedSince) }
    // Everything that can be reverted is reverted; the read-back shows the rest.
    return differing.updated.isEmpty
      ? .refuse(.cannotEmpty) : .write(.update(server, set: differing))
  }

  private func create(_ step: Step) -> Decision {
    let fields = step.row.fields.filtered { $0 != .objectID }
    let key = ServerKey(fields)
    // Servers that other steps remove or change free their keys; those that were there together with the deleted one
    // do not stand in its way.
    let others = Set(steps.compactMap(\.row.objectID))
    let rivals = servers.filter {
      !others.contains($0.objectID) && !earlier.contains($0.objectID)
        && ServerKey($0.fields).covers(key)
    }
    if rivals.isEmpty { return .write(.create(fields)) }
    let same = rivals.first { server in
      fields.present.allSatisfy { fields.agrees(with: server.fields, in: $0) }
    }
    return same.map { .unchanged($0.objectID) } ?? .refuse(.exists)
  }

  /// True if the server has all values of the row.
  private func isAsWanted(_ step: Step, _ server: PortGroupServer) -> Bool {
    let fields = step.row.fields
    return fields.present.allSatisfy {
      $0 == .objectID || fields.agrees(with: server.fields, in: $0)
    }
  }

  /// True if the server is still as the earlier run left it.
  private func isAsLeft(_ step: Step, _ server: PortGroupServer) -> Bool {
    guard let after = step.effect.after else { return true }
    return Field.writable.allSatisfy { field in
      after[field] == .absent || field == .groupObjectID
        || after.agrees(with: server.fields, in: field)
    }
  }
}

extension FieldValues {
  /// The value for a row: a field that the server did not show must become empty.
  fileprivate func restored(_ field: Field) -> FieldValue {
    self[field] == .absent ? .empty : self[field]
  }
}
