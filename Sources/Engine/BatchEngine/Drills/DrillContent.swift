import PortGroupModel

/// The port groups of a stored configuration in memory, each with its servers, by name.
///
/// It is itself a stored configuration, so that a restore can read the part of it that a round of a drill is about.
struct DrillContent: StoredConfiguration {
  let name: String
  let origin: ConfigurationOrigin
  private(set) var content: [DrilledGroup]

  /// Reads a configuration to its end.
  ///
  /// - Throws: `RunStop` if it cannot be read, or if a group or a server has no id.
  init(
    reading source: any Configuration, of origin: ConfigurationOrigin, control: RunControl
  ) async throws(RunStop) {
    name = source.name
    self.origin = origin
    content = []
    for group in try await source.groups() {
      try control.check()
      guard let id = group.objectID else {
        throw .unsuitable("port group \(group.title.quoted) of \(source.name) has no id")
      }
      var servers: [PortGroupServer] = []
      for fields in try await source.servers(of: group) {
        guard let id = fields.objectID else {
          throw .unsuitable(
            "a server of port group \(group.title.quoted) of \(source.name) has no id")
        }
        servers.append(PortGroupServer(objectID: id, fields: fields.whole))
      }
      content.append(
        DrilledGroup(
          group: PortGroup(
            objectID: id, displayName: group.name ?? "", integration: group.integration),
          servers: servers))
    }
    content.sort {
      ($0.group.displayName, $0.group.objectID) < ($1.group.displayName, $1.group.objectID)
    }
  }

  private init(_ other: DrillContent, _ content: [DrilledGroup]) {
    name = other.name
    origin = other.origin
    self.content = content
  }

  /// The same configuration with only some of the groups.
  func filtered(_ isIncluded: (DrilledGroup) -> Bool) -> DrillContent {
    DrillContent(self, content.filter(isIncluded))
  }

  /// The servers of each group, by its id.
  var serversByGroup: [ObjectID: [FieldValues]] {
    var servers: [ObjectID: [FieldValues]] = [:]
    for group in content { servers[group.group.objectID] = group.servers.map(\.fields) }
    return servers
  }

  func groups() -> [ConfigurationGroup] { content.map { ConfigurationGroup($0.group) } }

  func servers(of group: ConfigurationGroup) -> [FieldValues] {
    content.first { $0.group.objectID == group.objectID }?.servers.map(\.fields) ?? []
  }
}
