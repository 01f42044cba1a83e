/// One server of a port group, as the API shows it.
package struct PortGroupServer: Sendable, Equatable {
  package var objectID: ObjectID
  /// Every field that the server showed, read-only ones included, `objectID` among them.
  package var fields: FieldValues

  package init(objectID: ObjectID, fields: FieldValues) {
    self.objectID = objectID
    self.fields = fields
    // Most servers already have it, and setting a field again would move all other fields.
    if !fields.hasID(objectID) { self.fields[.objectID] = .text(objectID.text) }
  }

  /// `nil` if the server did not send it, or sent an unknown number.
  package var service: RemoteService? { fields.service }

  /// One line for people: service, host, ports.
  package var summary: String { fields.summary }
}
