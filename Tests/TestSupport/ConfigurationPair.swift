package import PortGroupModel

/// Two configurations of the same port groups, from a seed: the second one was edited from the first, or is independent.
///
/// Each group is in both, with the same name. Every server has all fields that a server of the sandbox shows, so that
/// the first configuration can be made into the second one by creates, updates and deletes.
package struct ConfigurationPair: Sendable, CustomStringConvertible {
  /// A port group with its servers; each server has its `ObjectId`.
  package struct Group: Sendable {
    package var id: ObjectID
    package var name: String
    package var integration: IntegrationMethod
    package var servers: [FieldValues]

    /// The group as a target lists it.
    package var group: PortGroup {
      PortGroup(objectID: id, displayName: name, integration: integration)
    }

    /// The servers as a target lists them.
    package var listed: [PortGroupServer] {
      servers.compactMap { server in
        server.objectID.map { PortGroupServer(objectID: $0, fields: server.placed(in: id)) }
      }
    }
  }

  package let seed: UInt64
  package private(set) var before: [Group] = []
  package private(set) var after: [Group] = []

  /// Makes the pair of a seed.
  ///
  /// - Parameters:
  ///   - seed: The same seed gives the same pair.
  ///   - emptiesFixedFields: True if servers also lose a value that no update can empty, such as a port.
  package init(seed: UInt64, emptiesFixedFields: Bool = false) {
    self.seed = seed
    var maker = ServerMaker(seed: seed)
    let isIndependent = maker.chance.chance(25)
    let isOtherCluster = maker.chance.chance(20)
    for number in 1...Int.random(in: 1...4, using: &maker.chance) {
      let old = maker.group(number)
      before.append(old)
      var new = old
      if isIndependent {
        new.servers = maker.servers(of: old.integration)
        maker.shareIDs(&new.servers, with: old.servers)
      } else {
        for _ in 0..<Int.random(in: 0...6, using: &maker.chance) { maker.edit(&new.servers) }
      }
      if isOtherCluster {
        new.id = maker.newID()
        maker.replaceIDs(&new.servers)
      }
      after.append(new)
    }
    maker.moveID(from: before, to: &after)
    maker.fillFixedFields(before: &before, after: &after)
    if emptiesFixedFields { maker.emptyFixedFields(&after) }
  }

  /// The seed, and both sides in short.
  package var description: String {
    func text(_ groups: [Group]) -> String {
      groups.map { group in
        let servers = group.servers.map { server in
          let texts = Field.allCases.compactMap { server[$0].text }
          return texts.joined(separator: " ")
        }
        return "  \(group.name):\n" + servers.map { "    \($0)\n" }.joined()
      }.joined()
    }
    return "seed \(seed)\n before:\n\(text(before)) after:\n\(text(after))"
  }
}

extension FieldValues {
  /// The fields with the id of their group.
  fileprivate func placed(in group: ObjectID) -> FieldValues {
    var fields = self
    fields[.groupObjectID] = .text(group.text)
    return fields
  }
}
