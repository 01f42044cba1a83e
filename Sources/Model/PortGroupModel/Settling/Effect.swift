/// What a row did to the server; undo works from it, whatever the row's state says.
package struct Effect: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case none
    case created
    case updated
    case deleted
  }

  package var kind: Kind
  /// The object that it concerns, also where nothing happened to it; `nil` where none is known.
  package var objectID: ObjectID?
  /// The object as it stood before; `nil` for a creation.
  package var before: FieldValues?
  /// The object as read back, or as sent where it was not read back; `nil` for a deletion.
  package var after: FieldValues?

  package init(
    _ kind: Kind, objectID: ObjectID? = nil, before: FieldValues? = nil, after: FieldValues? = nil
  ) {
    self.kind = kind
    self.objectID = objectID
    self.before = before
    self.after = after
  }

  package static let none = Effect(.none)
}
