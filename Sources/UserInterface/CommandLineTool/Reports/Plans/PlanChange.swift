import PortGroupModel

/// A change as it is shown: one of the plan, or what takes it back.
struct PlanChange: Equatable {
  var verb: Change.Verb
  /// `nil` for a creation, and for what takes one back.
  var server: ObjectID?
  var set: FieldValues
  /// `nil` for a creation.
  var before: FieldValues?

  init(_ verb: Change.Verb, server: ObjectID?, set: FieldValues, before: FieldValues?) {
    self.verb = verb
    self.server = server
    self.set = set
    self.before = before
  }

  init(_ change: Change) {
    self.init(change.verb, server: change.server, set: change.set, before: change.before)
  }

  /// The fields that an update sets.
  var fields: [Field] { self.set.known }

  /// The server of an update with the fields that it sets.
  var after: FieldValues {
    var after = before ?? [:]
    for field in fields { after[field] = set[field] }
    return after
  }

  /// The number of the server's service; `nil` if it is not known.
  var service: Int? { (before ?? set)[.service].text.flatMap { Int($0) } }

  /// One line for users.
  var line: DiffLine {
    switch verb {
    case .create: return DiffLine(.added(set))
    case .delete: return DiffLine(.removed(before ?? [:]))
    case .update:
      let before = before ?? [:]
      let line = DiffLine(.changed(from: before, to: after, fields: fields))
      let fixed = set.fixed(on: before).map(\.name)
      guard !fixed.isEmpty else { return line }
      let names = Wording.list(fixed, joinedBy: "and")
      return DiffLine(line.kind, "\(line.text) (\(names) cannot be emptied over the API)")
    }
  }
}

extension Change {
  /// The change that takes this one back.
  ///
  /// A created server has no id before it exists, so that its deletion has a server without one.
  var reversed: PlanChange {
    let shown = PlanChange(self)
    switch verb {
    case .create: return PlanChange(.delete, server: nil, set: [:], before: (after ?? [:]).whole)
    case .update:
      var set: FieldValues = [:]
      for field in shown.fields { set[field] = before?[field] ?? .absent }
      return PlanChange(.update, server: server, set: set, before: shown.after)
    case .delete:
      let set = (before ?? [:]).filtered {
        Field.compared.contains($0) && before?.holds($0) == true
      }
      return PlanChange(.create, server: nil, set: set, before: nil)
    }
  }
}
