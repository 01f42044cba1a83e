import PortGroupModel
import RowLedger

/// The port groups that the rows of a file name, by id, by name, or both.
///
/// A name that belongs to one id in the file is that group, also in rows that give only the name.
struct FileGroups {
  let book: RunBook
  let report: @Sendable (RunEvent) -> Void

  /// Finds the groups, records them in the ledger, and returns them by what the file says of them.
  ///
  /// - Throws: `RunStop` if the ledger fails. A name that several ids have is an error of its rows.
  func resolve() async throws(RunStop) -> [ConfigurationGroup: LedgerGroup] {
    let spellings = try await book.groupReferences().all()
    let withIDs = Self.groups(of: spellings)
    let index = GroupIndex(Array(withIDs.values))
    var names: [String: PortGroup] = [:]
    var found: [(reference: ReferenceID, group: PortGroup)] = []
    for spelling in spellings {
      if let group = spelling.reference.objectID.flatMap({ withIDs[$0] }) {
        found.append((spelling.id, group))
        continue
      }
      guard let name = spelling.reference.name else { continue }
      let same = index.groups(named: name)
      switch same.count {
      case 0:
        let group = names[name] ?? Self.madeUp(spelling, after: names.count, withIDs)
        guard let group else { continue }
        names[name] = group
        found.append((spelling.id, group))
      case 1: found.append((spelling.id, same[0]))
      default: try await refuse(spelling, same)
      }
    }
    try await book.resolve(found)
    return try await recorded(
      madeUp: Set(names.values.map(\.objectID)), named: Self.namedIDs(spellings))
  }

  /// The groups with an id; a name or an integration from any row that gives it.
  private static func groups(of spellings: [StagedReference]) -> [ObjectID: PortGroup] {
    var groups: [ObjectID: PortGroup] = [:]
    for case let reference in spellings.map(\.reference) {
      guard let id = reference.objectID else { continue }
      var group =
        groups[id]
        ?? PortGroup(objectID: id, displayName: reference.name ?? id.text, integration: nil)
      if group.displayName == id.text, let name = reference.name { group.displayName = name }
      group.integration = group.integration ?? reference.integration
      groups[id] = group
    }
    return groups
  }

  private static func namedIDs(_ spellings: [StagedReference]) -> Set<ObjectID> {
    Set(spellings.compactMap { $0.reference.name == nil ? nil : $0.reference.objectID })
  }

  /// A group with an id that no group of the file has, because the ledger needs one.
  private static func madeUp(
    _ spelling: StagedReference, after count: Int, _ others: [ObjectID: PortGroup]
  ) -> PortGroup? {
    let digits = String(count + 1, radix: 16)
    let padded = String(repeating: "0", count: 12 - digits.utf8.count) + digits
    for attempt in 0... {
      let first = String(attempt, radix: 16)
      let prefix = String(repeating: "0", count: 8 - first.utf8.count) + first
      guard let id = ObjectID("\(prefix)-0000-0000-0000-\(padded)") else { return nil }
      if others[id] != nil { continue }
      return PortGroup(
        objectID: id, displayName: spelling.reference.name ?? "",
        integration: spelling.reference.integration)
    }
    return nil
  }

  private func refuse(_ spelling: StagedReference, _ same: [PortGroup]) async throws(RunStop) {
    let ids = same.map(\.objectID).sorted().map(\.text).joined(separator: ", ")
    let diagnostic = Diagnostic(
      .error, .groupAmbiguous, at: spelling.first.place,
      "the file has \(same.count) port groups named \(spelling.reference.text), and this row does not say "
        + "which it means",
      hint: Hint("give MediaPortGroupObjectId in each row: \(ids)"))
    report(.diagnostic(diagnostic))
    try await book.refuse(spelling.id, diagnostic)
  }

  private func recorded(
    madeUp: Set<ObjectID>, named: Set<ObjectID>
  ) async throws(RunStop) -> [ConfigurationGroup: LedgerGroup] {
    var groups: [ConfigurationGroup: LedgerGroup] = [:]
    var pages = try await book.groups()
    while case let page = try await pages.next(), !page.isEmpty {
      for recorded in page {
        let group = recorded.group
        let isMadeUp = madeUp.contains(group.objectID)
        let key = ConfigurationGroup(
          objectID: isMadeUp ? nil : group.objectID,
          name: isMadeUp || named.contains(group.objectID) ? group.displayName : nil,
          integration: group.integration)
        groups[key] = recorded
      }
    }
    return groups
  }
}
