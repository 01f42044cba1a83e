/// What to do with one row, by its operation and the server that it means.
///
/// The rules are the table of operations and matches in docs/manual.md, "What happens to a row".
struct DecisionTable {
  /// The integration of the row's group.
  let integration: IntegrationMethod?
  /// True if rows of the input were left out, which may mean any server of the group.
  let isPart: Bool

  /// Decides for a row; `server` is `nil` if no server matches.
  func decide(_ row: Row, on server: PortGroupServer?) -> Decision {
    server.map { decide(row, on: $0) } ?? decideWithoutServer(row)
  }

  private func decideWithoutServer(_ row: Row) -> Decision {
    switch row.operation {
    case .delete: return .unchanged(nil)
    case .update: return .refuse(.noMatch)
    case .create, .upsert:
      // The server accepts no creation without a service.
      if row.hasMatch || !row.fields.holds(.service) { return .refuse(.noMatch) }
      if isReadOnly(row.fields) { return .refuse(.pimgReadOnly) }
      return .write(.create(row.fields.filtered { $0 != .objectID }))
    }
  }

  private func decide(_ row: Row, on server: PortGroupServer) -> Decision {
    let fields = server.fields
    if row.operation == .delete {
      return isReadOnly(fields) ? .refuse(.pimgReadOnly) : .write(.delete(server))
    }
    let differing = row.fields.filtered {
      Field.compared.contains($0) && !row.fields.agrees(with: fields, in: $0)
    }
    if differing.isEmpty { return .unchanged(server.objectID) }
    if isReadOnly(fields) { return .refuse(.pimgReadOnly) }
    if row.operation == .create { return .refuse(.exists) }
    if !differing.fixed(on: fields).isEmpty { return .refuse(.cannotEmpty) }
    if differing[.service] != .absent { return .refuse(.serviceFixed) }
    if isPart, !row.hasMatch, row.objectID != server.objectID,
      differing[.port] != .absent || differing[.tlsPort] != .absent
    {
      return .refuse(.leftOut)
    }
    return .write(.update(server, set: differing))
  }

  /// PIMG groups and units are read-only.
  func isReadOnly(_ fields: FieldValues) -> Bool {
    integration == .pimg || fields.service == .pimg
  }
}
