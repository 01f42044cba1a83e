/// The servers of one group while a batch is being sent.
///
/// It begins as the before-image, and is updated with each write that is done. So the rule on a group's last server
/// applies to the servers that exist when a delete is sent.
struct GroupPicture: Sendable {
  private var services: [ObjectID: RemoteService]
  /// New servers whose ids are not yet known.
  private var newServices: [RemoteService] = []

  init(_ servers: [PortGroupServer]) {
    services = [:]
    for server in servers { services[server.objectID] = server.service }
  }

  /// Adds a new server; its id is `nil` if the answer did not give it.
  mutating func created(_ id: ObjectID?, service: RemoteService?) {
    if let id {
      services[id] = service
    } else if let service {
      newServices.append(service)
    }
  }

  mutating func deleted(_ id: ObjectID) { services[id] = nil }

  /// True if it is the last call manager or SIP proxy: without it the group cannot take calls.
  func isLast(_ id: ObjectID) -> Bool {
    guard let service = services[id], service == .callManager || service == .sipProxy else {
      return false
    }
    return services.values.count { $0 == service } == 1 && !newServices.contains(service)
  }
}
