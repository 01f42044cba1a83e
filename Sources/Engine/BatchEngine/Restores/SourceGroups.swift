import PortGroupModel
import RowLedger

/// Finds the groups of a restore's source on the target, and leaves out those that are not restored.
struct SourceGroups {
  let book: RunBook
  /// How users name the source.
  let source: String
  /// Names or ids of the groups to restore, as the user typed them; empty for all.
  let onlyGroups: [String]
  let missing: RestoreTerms.MissingGroups
  /// The groups that the source was read to the end in, also those without servers; empty for a file.
  let complete: [ConfigurationGroup]
  let report: @Sendable (RunEvent) -> Void

  /// What was left out, for one message.
  private struct LeftOut {
    var references: [ReferenceID] = []
    /// The number of their rows whose groups the target lacks.
    var rows = 0
    /// The groups that the target lacks.
    var missing: Set<String> = []
  }

  /// Records the group of each row and of each complete group; rows of groups that the target lacks become invalid,
  /// unless they are skipped.
  ///
  /// - Parameter groups: All groups of the target.
  /// - Returns: The number of groups of the source that the target lacks, if they are skipped.
  /// - Throws: `RunStop` if a selected group is not in the source or not on the target, or if a group without rows is
  ///   missing.
  func resolve(_ groups: [PortGroup]) async throws(RunStop) -> Int {
    let index = GroupIndex(groups)
    let wanted = onlyGroups.isEmpty ? nil : try GroupSelection(onlyGroups).ids(in: groups)
    var names: Set<String> = []
    var met: Set<ObjectID> = []
    var out = LeftOut()
    var meanings = Meanings()
    var references = try await book.groupReferences()
    while case let page = try await references.next(), !page.isEmpty {
      var found: [(reference: ReferenceID, group: PortGroup)] = []
      for staged in page {
        names.insert(staged.reference.name ?? staged.reference.text)
        let resolution = index.resolve(staged.reference, at: staged.first.place)
        switch decide(staged.reference, resolution, wanted) {
        case .skip(let isMissing):
          out.references.append(staged.id)
          if isMissing {
            out.missing.insert(staged.reference.text)
            out.rows += staged.rowCount
          }
        case .use(let group) where meanings.isOther(staged.reference, group):
          try await refuse(
            meanings.diagnostic(staged.reference, group, at: staged.first.place), staged)
        case .use(var group):
          // This is recorded after the run has changed the group.
          group.needsReset = false
          met.insert(group.objectID)
          found.append((staged.id, group))
          try await remark(resolution.diagnostics, of: staged)
        case .refuse:
          for diagnostic in resolution.diagnostics {
            try await refuse(diagnostic, staged)
          }
        }
      }
      try await book.resolve(found)
    }
    try await addComplete(index, wanted, &met, &names, &out, &meanings)
    _ = try await book.drop(out.references)
    try checkSelection(wanted, met, groups, names)
    if met.isEmpty, !out.missing.isEmpty {
      throw .unsuitable("the target has none of the port groups of \(source)")
    }
    reportMissing(out)
    return out.missing.count
  }

  // MARK: One group

  private enum Choice {
    case use(PortGroup)
    case skip(isMissing: Bool)
    case refuse
  }

  private func decide(
    _ reference: GroupReference, _ resolution: GroupIndex.Resolution, _ wanted: Set<ObjectID>?
  ) -> Choice {
    if let group = resolution.group {
      return wanted?.contains(group.objectID) ?? true ? .use(group) : .skip(isMissing: false)
    }
    // Groups that nobody asked for do not matter, whatever is wrong with them.
    if wanted != nil, !isNamed(reference) { return .skip(isMissing: false) }
    let isUnknown = resolution.diagnostics.contains { $0.code == .groupUnknown }
    return isUnknown && missing == .skip ? .skip(isMissing: true) : .refuse
  }

  private func isNamed(_ reference: GroupReference) -> Bool {
    onlyGroups.contains { text in
      reference.name == text || reference.objectID.map { ObjectID(text) == $0 } ?? false
    }
  }

  private func remark(
    _ diagnostics: [Diagnostic], of staged: StagedReference
  ) async throws(RunStop) {
    for diagnostic in diagnostics {
      report(.diagnostic(diagnostic.ofRows(staged.rowCount)))
      try await book.add([(row: staged.first.row, diagnostic: diagnostic)])
    }
  }

  private func refuse(
    _ diagnostic: Diagnostic, _ staged: StagedReference
  ) async throws(RunStop) {
    var diagnostic = diagnostic
    if diagnostic.code == .groupUnknown { diagnostic.hint.remedy = .skipMissingGroups }
    report(.diagnostic(diagnostic.ofRows(staged.rowCount)))
    try await book.refuse(staged.id, diagnostic)
  }

  // MARK: Groups without rows, and the selection

  private func addComplete(
    _ index: GroupIndex, _ wanted: Set<ObjectID>?, _ met: inout Set<ObjectID>,
    _ names: inout Set<String>, _ out: inout LeftOut, _ meanings: inout Meanings
  ) async throws(RunStop) {
    var empty: [PortGroup] = []
    for group in complete {
      names.insert(group.title)
      let reference = GroupReference(
        objectID: group.objectID, name: group.name, integration: group.integration)
      let resolution = index.resolve(reference, at: Place(file: source))
      switch decide(reference, resolution, wanted) {
      case .skip(let isMissing): if isMissing { out.missing.insert(reference.text) }
      case .use(let group) where meanings.isOther(reference, group):
        try await refuseEmpty(meanings.diagnostic(reference, group, at: Place(file: source)))
      case .use(let group):
        if met.insert(group.objectID).inserted { empty.append(group) }
      case .refuse:
        // If the group has rows, they are refused.
        for diagnostic in resolution.diagnostics where diagnostic.severity == .error {
          try await refuseEmpty(diagnostic)
        }
      }
    }
    try await book.add(empty)
  }

  /// If rows are invalid, the run is refused for them, with all of their diagnostics.
  private func refuseEmpty(_ diagnostic: Diagnostic) async throws(RunStop) {
    if try await book.hasInvalidRows() { return }
    throw .unsuitable(diagnostic.message)
  }

  /// Refuses a selected group of the target that the source does not have.
  private func checkSelection(
    _ wanted: Set<ObjectID>?, _ met: Set<ObjectID>, _ groups: [PortGroup], _ names: Set<String>
  ) throws(RunStop) {
    guard let wanted, !wanted.isSubset(of: met) else { return }
    let lacking = groups.filter { wanted.contains($0.objectID) && !met.contains($0.objectID) }
    guard let first = lacking.map(\.displayName).sorted().first else { return }
    throw .sourceLacksGroup(first, nearest: Spelling.nearest(to: first, among: names.sorted()))
  }

  private func reportMissing(_ out: LeftOut) {
    guard !out.missing.isEmpty else { return }
    let names = out.missing.sorted()
    let shown = names.prefix(10).joined(separator: ", ")
    let more = names.count > 10 ? " and \(names.count - 10) more" : ""
    report(
      .remark(
        "the target lacks \(names.count) port \(names.count == 1 ? "group" : "groups") of \(source), "
          + "\(names.count == 1 ? "which is" : "which are") left out with "
          + "\(out.rows) \(out.rows == 1 ? "row" : "rows"): \(shown)\(more)"))
  }
}
