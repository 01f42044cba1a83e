/// One server of a port group, as the API shows it.
package struct PortGroupServer: Sendable, Equatable {
  package var objectID: ObjectID
  /// Every field that the server showed, read-only ones included, `objectID` among them.
  package var fields: FieldValues

  package init(objectID: ObjectID, fields: FieldValues) {
    self.objectID = objectID
    self.fields = fields
    // Most already have it, and setting a field again moves all others.
    if !fields.hasID(objectID) { self.fields[.objectID] = .text(objectID.text) }
  }

  /// `nil` if the server sent none, or a number that we do not know.
  package var service: RemoteService? { fields.service }

  /// One line for people: service, host, ports.
  package var summary: String { fields.summary }
}
