/// How a row names its port group: by id, by display name, or both.
package struct GroupReference: Sendable, Hashable {
  package var objectID: ObjectID?
  /// The exact `DisplayName`.
  package var name: String?
  /// The integration that the group has according to the file.
  package var integration: IntegrationMethod?

  package init(
    objectID: ObjectID? = nil, name: String? = nil, integration: IntegrationMethod? = nil
  ) {
    self.objectID = objectID
    self.name = name
    self.integration = integration
  }

  package var isEmpty: Bool { objectID == nil && name == nil }

  /// For messages: the name in quotes, else the id.
  package var text: String { name?.quoted ?? objectID?.text ?? "(none)" }
}
