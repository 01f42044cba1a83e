import PortGroupModel

/// Servers as texts of their values, each with its number, so that two groups can be compared without pairing servers.
///
/// It is independent of how a restore finds servers, and of what it calls equal, except that hosts compare in canonical
/// form and that an unset IPv4 host is 127.0.0.1, which a server stores in its place.
struct ServerBag: Equatable {
  private var counts: [String: Int] = [:]

  private static let identities: Set<Field> = [.objectID, .groupObjectID, .uri, .groupURI]
  private static let fields = Field.allCases.filter { !identities.contains($0) }

  /// Counts servers.
  ///
  /// - Parameters:
  ///   - servers: The servers of a group.
  ///   - isExact: True if the ids count too, and each value as it is written.
  init(_ servers: [FieldValues], isExact: Bool = false) {
    for server in servers {
      let values = Self.fields.map { field in
        let value = isExact ? server[field].text : server.canonical(field)
        let unset = field == .host && !isExact ? Host.loopback : ""
        return "\(field.name) \((value ?? unset).utf8.count):\(value ?? unset)"
      }
      let id = isExact ? [server.objectID?.text ?? ""] : []
      counts[(id + values).joined(separator: " "), default: 0] += 1
    }
  }
}
