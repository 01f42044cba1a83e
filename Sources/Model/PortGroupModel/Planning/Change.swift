/// One verb on one server: what a row will do, should have done, or did.
package struct Change: Sendable, Equatable {
  package enum Verb: String, Sendable, CaseIterable {
    case create
    case update
    case delete
  }

  package var verb: Verb
  /// The server to change; `nil` for a creation.
  package var server: ObjectID?
  /// The fields to set: for an update those that differ, for a deletion no fields.
  package var set: FieldValues
  /// The server as it was found; `nil` for a creation.
  package var before: FieldValues?

  private init(_ verb: Verb, _ server: ObjectID?, set: FieldValues, before: FieldValues?) {
    self.verb = verb
    self.server = server
    self.set = set
    self.before = before
  }

  /// A POST of these fields; empty ones are left out, and the server must not show them.
  package static func create(_ fields: FieldValues) -> Change {
    Change(.create, nil, set: fields, before: nil)
  }

  /// A PUT to a server, with the fields that differ.
  package static func update(_ server: PortGroupServer, set fields: FieldValues) -> Change {
    Change(.update, server.objectID, set: fields, before: server.fields)
  }

  package static func delete(_ server: PortGroupServer) -> Change {
    Change(.delete, server.objectID, set: [:], before: server.fields)
  }

  /// Makes a change from what was recorded; `nil` if an update or a deletion names no server.
  ///
  /// - Parameters:
  ///   - verb: What to do.
  ///   - server: The server's id.
  ///   - fields: The fields to set.
  ///   - before: The server as it was found.
  package init?(_ verb: Verb, server: ObjectID?, set fields: FieldValues, before: FieldValues?) {
    guard verb == .create || server != nil else { return nil }
    self.init(verb, server, set: fields, before: before)
  }

  /// The server after the change; `nil` for a deletion.
  package var after: FieldValues? {
    switch verb {
    case .create: return set.filtered { set.holds($0) }
    case .update:
      var after = before ?? [:]
      for field in set.updated { after[field] = set[field] }
      return after
    case .delete: return nil
    }
  }

  /// The effect of the change once it is done.
  ///
  /// `newID` is the id of a created server; `nil` if the answer did not give it.
  package func effect(newID: ObjectID?) -> Effect {
    Effect(verb, objectID: verb == .create ? newID : server, before: before, after: after)
  }
}

extension Change.Verb {
  /// The state of a row whose change took effect.
  package var doneState: RowState {
    switch self {
    case .create: .created
    case .update: .updated
    case .delete: .deleted
    }
  }
}
