import PortGroupModel
import RowLedger

/// Finds the group of every row before anything is sent.
struct GroupResolution {
  let book: RunBook
  let report: @Sendable (RunEvent) -> Void

  /// Finds the groups of all rows among those of a target.
  ///
  /// - Parameters:
  ///   - groups: All groups of the target.
  ///   - invalid: The groups that invalid rows name; those that do not exist are reported, too.
  /// - Returns: The number of groups to which the valid rows refer.
  /// - Throws: `RunStop` if the ledger fails.
  func resolve(
    _ groups: [PortGroup], reportingUnknown invalid: InvalidRowReferences = InvalidRowReferences()
  ) async throws(RunStop) -> Int {
    let index = GroupIndex(groups)
    try await each { reference in
      invalid.remove(reference.reference)
      return index.resolve(reference.reference, at: reference.first.place)
    }
    try await reportUnknown(invalid, in: index)
    return try await book.groupCount()
  }

  /// Reports unknown groups of invalid rows, so that one run shows all errors of a row.
  private func reportUnknown(_ references: InvalidRowReferences, in index: GroupIndex)
    async throws(RunStop)
  {
    for (reference, occurrence) in references.all {
      let errors = index.resolve(reference, at: occurrence.first).diagnostics.filter {
        $0.severity == .error
      }
      let notes = errors.map { $0.ofRows(occurrence.rowCount) }
      for note in notes { report(.diagnostic(note)) }
      if notes.isEmpty { continue }
      try await book.add(notes)
    }
  }

  /// Treats each name in the rows as a group, for checks without a target.
  ///
  /// If some rows name a group by id and others by name, they count as two groups.
  func resolveByName() async throws(RunStop) -> Int {
    var made = NamedGroups()
    try await each { reference in
      GroupIndex.Resolution(group: made.group(for: reference.reference), diagnostics: [])
    }
    return try await book.groupCount()
  }

  private func each(
    _ resolve: (StagedReference) -> GroupIndex.Resolution
  ) async throws(RunStop) {
    var references = try await book.groupReferences()
    while case let page = try await references.next(), !page.isEmpty {
      var found: [(reference: ReferenceID, group: PortGroup)] = []
      for reference in page {
        let resolution = resolve(reference)
        if var group = resolution.group {
          // This is recorded after the run has changed the group.
          group.needsReset = false
          found.append((reference.id, group))
        }
        try await record(resolution.diagnostics, of: reference)
      }
      try await book.resolve(found)
    }
  }

  /// Errors make every row of the reference invalid; other diagnostics are recorded for its first row.
  private func record(
    _ diagnostics: [Diagnostic], of reference: StagedReference
  ) async throws(RunStop) {
    for diagnostic in diagnostics {
      report(.diagnostic(diagnostic.ofRows(reference.rowCount)))
      if diagnostic.severity == .error {
        try await book.refuse(reference.id, diagnostic)
      } else {
        try await book.add([(row: reference.first.row, diagnostic: diagnostic)])
      }
    }
  }
}

extension Diagnostic {
  /// The same message with the number of rows, if there are several.
  func ofRows(_ count: Int) -> Diagnostic {
    var shown = self
    if count > 1 { shown.message += " (\(count) rows name it so)" }
    return shown
  }
}

/// Groups that exist only as names in rows, for checks without a target.
private struct NamedGroups {
  private var byName: [String: ObjectID] = [:]

  mutating func group(for reference: GroupReference) -> PortGroup? {
    if let id = reference.objectID {
      return PortGroup(
        objectID: id, displayName: reference.name ?? id.text, integration: reference.integration)
    }
    guard let name = reference.name else { return nil }
    let number = String(byName.count + 1, radix: 16)
    let padded = String(repeating: "0", count: 12 - number.count) + number
    guard let id = byName[name] ?? ObjectID("00000000-0000-0000-0000-\(padded)") else { return nil }
    byName[name] = id
    return PortGroup(objectID: id, displayName: name, integration: reference.integration)
  }
}
