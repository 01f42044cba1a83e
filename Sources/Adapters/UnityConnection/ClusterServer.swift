// The machines of a cluster, as far as a server tells of them.

package import PortGroupModel

/// One machine of a Unity Connection cluster.
package struct ClusterServer: Sendable, Equatable {
  /// What it does in the cluster now.
  package enum Role: Sendable, Equatable {
    case primary
    case secondary
    /// The only machine: there is no cluster.
    case single
    /// Another state, such as one on the way between two roles, by its number.
    case other(Int)
    /// The server did not say.
    case untold
  }

  package var name: String
  package var role: Role
  /// Host names and addresses that it goes by.
  package var hosts: [String]
  /// The machine's own id; `nil` if the server did not say.
  package var objectID: ObjectID?
  /// True for the machine that was installed first, whichever is the primary now.
  package var isPublisher: Bool

  package init(
    name: String, role: Role, hosts: [String] = [], objectID: ObjectID? = nil,
    isPublisher: Bool = false
  ) {
    self.name = name
    self.role = role
    self.hosts = hosts
    self.objectID = objectID
    self.isPublisher = isPublisher
  }
}

extension [ClusterServer] {
  /// What tells a cluster from others under whatever name it is reached: the publisher's id, which a failover leaves as it is.
  package var identity: ObjectID? {
    if let publisher = first(where: \.isPublisher)?.objectID { return publisher }
    return count == 1 ? first?.objectID : nil
  }
}

extension ClusterServer {
  /// Reads an entry of `/vmrest/vmsservers` or `/vmrest/cluster`.
  ///
  /// ServerState: 1 primary, 8 secondary, 20 alone. ServerDisplayState: 3 primary, 4 secondary
  /// (reference CUPI.md §2.5).
  init(_ object: WireObject) {
    hosts = ["HostName", "IpAddress", "IpAddressV6", "ServerName", "Ipv6Name"]
      .compactMap { object[$0] }.filter { !$0.isEmpty }
    name = object["ServerName"] ?? object["HostName"] ?? object["Key"] ?? "a server without a name"
    objectID = object["ObjectId"].flatMap { ObjectID($0) }
    isPublisher = object["ClusterMemberId"] == "0"
    let state = object["ServerState"].flatMap { Int($0) }
    let shown = object["ServerDisplayState"].flatMap { Int($0) }
    role =
      switch (state, shown) {
      case (20, _): .single
      case (1, _), (nil, 3): .primary
      case (8, _), (nil, 4): .secondary
      case (let state?, _): .other(state)
      case (nil, let shown?): .other(shown)
      case (nil, nil): .untold
      }
  }
}

extension ConnectionClient {
  /// The machines of the server's cluster; `nil` if it does not tell.
  ///
  /// `/vmrest/vmsservers` tells their roles; where it is missing, `/vmrest/cluster` tells names.
  package func cluster() async throws(ServerError) -> [ClusterServer]? {
    for (path, types) in [
      ("/vmrest/vmsservers", ["VmsServer"]), ("/vmrest/cluster", ["Server", "VmsServer"]),
    ] {
      if let servers = try await machines(path, types), !servers.isEmpty { return servers }
    }
    return nil
  }

  /// The machines with their roles, by one question; none if the server does not tell.
  package func vmsServers() async throws(ServerError) -> [ClusterServer] {
    try await machines("/vmrest/vmsservers", ["VmsServer"]) ?? []
  }

  private func hidingSecrets(_ machine: ClusterServer) -> ClusterServer {
    var machine = machine
    machine.name = hide(machine.name)
    return machine
  }

  private func machines(
    _ path: String, _ types: [String]
  ) async throws(ServerError) -> [ClusterServer]? {
    let request = reading(path)
    do throws(ServerError) {
      let response = try await read(request)
      return try understand(request) { () throws(WireError) in
        for type in types {
          let objects = try WireFormat.list(response, of: type).objects
          if !objects.isEmpty { return objects.map(ClusterServer.init).map(hidingSecrets) }
        }
        return []
      }
    } catch {
      // A server that does not have the resource, or does not show it, tells nothing.
      guard [.notFound, .refused, .forbidden].contains(error.kind) else { throw error }
      return nil
    }
  }
}
