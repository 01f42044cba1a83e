package import PortGroupModel

/// One machine of a Unity Connection cluster.
package struct ClusterServer: Sendable, Equatable {
  /// The current role in the cluster.
  package enum Role: Sendable, Equatable {
    case primary
    case secondary
    /// The only machine: there is no cluster.
    case single
    /// The number of another state, such as a transition between two roles.
    case other(Int)
    /// The server did not report the role.
    case unknown
  }

  package var name: String
  package var role: Role
  /// The machine's host names and addresses.
  package var hosts: [String]
  /// The machine's id; `nil` if the server did not report it.
  package var objectID: ObjectID?
  /// True for the machine that was installed first, regardless of the current primary.
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
  /// The id of the cluster, independent of the host name: that of the publisher, which a failover does not change.
  ///
  /// A single machine without a publisher has its own id; otherwise `nil`.
  package var identity: ObjectID? {
    if let publisher = first(where: \.isPublisher)?.objectID { return publisher }
    return count == 1 ? first?.objectID : nil
  }
}

extension ClusterServer {
  /// Reads an entry of `/vmrest/vmsservers` or `/vmrest/cluster`.
  ///
  /// `ServerState`: 1 primary, 8 secondary, 20 single. `ServerDisplayState`: 3 primary, 4 secondary
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
      case (nil, nil): .unknown
      }
  }
}

extension ConnectionClient {
  /// The machines of the server's cluster; `nil` if the server does not report them.
  ///
  /// `/vmrest/vmsservers` contains their roles; if it is missing, `/vmrest/cluster` contains at least the names.
  package func cluster() async throws(ServerError) -> [ClusterServer]? {
    for (path, types) in [
      ("/vmrest/vmsservers", ["VmsServer"]), ("/vmrest/cluster", ["Server", "VmsServer"]),
    ] {
      if let servers = try await machines(path, types), !servers.isEmpty { return servers }
    }
    return nil
  }

  /// The machines with their roles, by a single request; empty if the server does not report them.
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
    let request = readRequest(path)
    do throws(ServerError) {
      let response = try await read(request)
      return try parse(request) { () throws(WireError) in
        for type in types {
          let objects = try WireFormat.list(response, of: type).objects
          if !objects.isEmpty { return objects.map(ClusterServer.init).map(hidingSecrets) }
        }
        return []
      }
    } catch {
      // The server does not have the resource, or does not allow access to it.
      guard [.notFound, .refused, .forbidden].contains(error.kind) else { throw error }
      return nil
    }
  }
}
