/// A port group as the server lists it, with what is needed for its servers.
package struct PortGroup: Sendable, Equatable {
  package var objectID: ObjectID
  /// `DisplayName`; the server does not promise that it is unique.
  package var displayName: String
  /// `nil` if the server did not send it, or sent an unknown one.
  package var integration: IntegrationMethod?
  /// `ResetStatusEnum`: true if the group must be reset before changes take effect (100).
  package var needsReset: Bool

  package init(
    objectID: ObjectID, displayName: String, integration: IntegrationMethod?,
    needsReset: Bool = false
  ) {
    self.objectID = objectID
    self.displayName = displayName
    self.integration = integration
    self.needsReset = needsReset
  }
}
