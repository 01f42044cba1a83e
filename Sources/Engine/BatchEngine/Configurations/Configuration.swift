package import PortGroupModel

/// A port group as a configuration names it; a file may know only its id or only its name.
package struct ConfigurationGroup: Sendable, Hashable {
  package var objectID: ObjectID?
  package var name: String?
  package var integration: IntegrationMethod?

  /// Creates a group; at least one of id and name is given.
  package init(objectID: ObjectID?, name: String?, integration: IntegrationMethod? = nil) {
    self.objectID = objectID
    self.name = name
    self.integration = integration
  }

  package init(_ group: PortGroup) {
    self.init(
      objectID: group.objectID, name: group.displayName, integration: group.integration)
  }

  /// The name for users; the id of a group without a name.
  package var title: String { name ?? objectID?.text ?? "" }
}

/// Port groups and their servers at one time: a file, an export of the ledger, a snapshot, or a server as it is now.
///
/// A source that cannot be read to its end is an error, never an empty group.
package protocol Configuration: Sendable {
  /// How users name it: a path, `run:20261123T191502Z-ab3f`, a target.
  var name: String { get }

  /// True if it has groups without servers; a file does not show them.
  var showsEmptyGroups: Bool { get }

  /// The groups to which it was restricted, as the user named them; empty if it has all groups.
  var scope: [String] { get }

  /// All groups that it has or names, each once, in any order.
  func groups() async throws(RunStop) -> [ConfigurationGroup]

  /// The servers of one of these groups, in any order.
  ///
  /// A server that was read from a target has all compared fields and its id (`FieldValues.whole`); in a file, fields may
  /// be absent, which means that they are not known.
  func servers(of group: ConfigurationGroup) async throws(RunStop) -> [FieldValues]
}

extension Configuration {
  package var showsEmptyGroups: Bool { true }
  package var scope: [String] { [] }
}

/// A configuration that was read from a server earlier and is complete, such as a snapshot of a repository.
///
/// Each of its groups was read to the end, also if it has no servers. A restore accepts it for its own server only.
package protocol StoredConfiguration: Configuration {
  var origin: ConfigurationOrigin { get }
}

/// The server from which a configuration was read.
package struct ConfigurationOrigin: Sendable, Equatable {
  /// As the user named it then, without credentials.
  package var url: String
  /// The server's own id, or the address if the server reported none; `nil` if that is not known.
  package var identity: String?
  /// Its name, if the user had given it one.
  package var targetName: String?

  package init(url: String, identity: String?, targetName: String? = nil) {
    self.url = url
    self.identity = identity
    self.targetName = targetName
  }

  /// `prod (https://cuc.example.com)`, or the URL of a target without a name.
  package var text: String { targetName.map { "\($0) (\(url))" } ?? url }
}
