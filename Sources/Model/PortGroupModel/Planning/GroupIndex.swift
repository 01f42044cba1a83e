/// The port groups of a target, by id and by name: finds the one that a row means.
package struct GroupIndex: Sendable {
  private var byID: [ObjectID: PortGroup] = [:]
  private var byName: [String: [PortGroup]] = [:]

  package init(_ groups: [PortGroup]) {
    // A group that is listed twice is one group: the list may change between two pages.
    for group in groups where byID.updateValue(group, forKey: group.objectID) == nil {
      byName[group.displayName, default: []].append(group)
    }
  }

  /// The groups with a name: those with exactly these bytes, if any, else those with an equivalent name.
  package func groups(named name: String) -> [PortGroup] {
    let alike = byName[name] ?? []
    let exact = alike.filter { $0.displayName.utf8.elementsEqual(name.utf8) }
    return exact.isEmpty ? alike : exact
  }

  /// The group and remarks about it, or the error if no group is found.
  package struct Resolution: Sendable, Equatable {
    package var group: PortGroup?
    package var diagnostics: [Diagnostic]

    package init(group: PortGroup?, diagnostics: [Diagnostic] = []) {
      self.group = group
      self.diagnostics = diagnostics
    }
  }

  /// Finds the group of a reference: by id if the target has it, else by its exact name.
  ///
  /// - Parameters:
  ///   - reference: How the rows name the group.
  ///   - place: The place of the first row with this reference.
  /// - Returns: The group and remarks, or the error if no group is found.
  package func resolve(_ reference: GroupReference, at place: Place) -> Resolution {
    let named = reference.name.map(groups(named:)) ?? []
    if let id = reference.objectID, let group = byID[id] {
      return resolved(group, reference, named, place)
    }
    guard let name = reference.name else {
      return refused(
        .groupUnknown, place, "the target has no port group \(reference.text)",
        hint: "ids differ between systems; add a PortGroup column with the group's name")
    }
    switch named.count {
    case 1: return Resolution(group: named[0], diagnostics: integration(reference, named[0], place))
    case 0:
      let near = Spelling.nearest(to: name, among: byName.keys.sorted())
      return refused(
        .groupUnknown, place, "the target has no port group \(reference.text)",
        hint: near.map { "did you mean \($0.quoted)? names must be exact" }
          ?? "create the group on the target first, or correct the name")
    default:
      let ids = named.map(\.objectID).sorted().map(\.text).joined(separator: ", ")
      return refused(
        .groupAmbiguous, place, "the target has \(named.count) port groups named \(reference.text)",
        hint: "give MediaPortGroupObjectId instead: \(ids)")
    }
  }

  private func resolved(
    _ group: PortGroup, _ reference: GroupReference, _ named: [PortGroup], _ place: Place
  ) -> Resolution {
    guard let name = reference.name, name != group.displayName else {
      return Resolution(group: group, diagnostics: integration(reference, group, place))
    }
    if let other = named.first {
      return refused(
        .groupConflict, place,
        "MediaPortGroupObjectId belongs to group \(group.displayName.quoted), "
          + "but PortGroup names another group, \(other.displayName.quoted)",
        hint: "correct one of the two, or leave one out")
    }
    let note = Diagnostic(
      .note, .groupRenamed, at: place,
      "the row names the group \(name.quoted); its name on the target is \(group.displayName.quoted)"
    )
    return Resolution(group: group, diagnostics: [note] + integration(reference, group, place))
  }

  private func integration(
    _ reference: GroupReference, _ group: PortGroup, _ place: Place
  ) -> [Diagnostic] {
    guard let claimed = reference.integration, let actual = group.integration, claimed != actual
    else { return [] }
    return [
      Diagnostic(
        .warning, .integrationDiffers, at: place,
        "the row gives the group's integration as \(claimed.title); on the target it is \(actual.title)",
        hint: "make sure that the file is meant for this target")
    ]
  }

  private func refused(
    _ code: DiagnosticCode, _ place: Place, _ message: String, hint: Hint
  ) -> Resolution {
    Resolution(
      group: nil, diagnostics: [Diagnostic(.error, code, at: place, message, hint: hint)])
  }
}

extension Row {
  /// Checks a row against its group.
  ///
  /// The ledger knows for which rows this finds nothing (`rowsToRecheck(of:)`); a test compares both.
  ///
  /// - Parameters:
  ///   - integration: The group's integration on the target; `nil` if it is not known.
  ///   - place: The beginning of the row.
  ///   - allowed: Errors that are only warnings.
  /// - Returns: Errors and warnings; empty if nothing is wrong.
  package func check(
    in integration: IntegrationMethod?, at place: Place, allowed: Set<DiagnosticCode>
  ) -> [Diagnostic] {
    guard let integration else { return [] }
    var found: [Diagnostic] = []
    if integration == .pimg, operation != .upsert {
      found.append(
        Diagnostic(
          .error, .pimgReadOnly, at: place,
          "the servers of a PIMG group cannot be changed over the API",
          hint: Hint("take the row out", .compareOnly)))
    }
    if fields[.skinnyStateMachine].text != nil, integration != .sccp,
      group.integration == nil || group.integration == .sccp
    {
      let complaint = Complaint.skinnyNotSCCP(integration)
      let isAllowed = allowed.contains(.skinnyNotSCCP)
      found.append(
        Diagnostic(
          isAllowed ? .warning : .error, .skinnyNotSCCP, at: place, complaint.message,
          hint: isAllowed ? "" : complaint.hint))
    }
    if let service = fields.service, let usual = service.usualIntegration, usual != integration {
      found.append(
        Diagnostic(
          .warning, .serviceUnusual, at: place,
          "service \(service.rawValue) (\(service.title)) is unusual in a \(integration.title) group",
          hint: "it belongs in a group whose integration is \(usual.title)"))
    }
    return found
  }
}
