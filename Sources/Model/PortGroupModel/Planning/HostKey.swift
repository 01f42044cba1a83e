/// Service and one of the two hosts of a server, as far as they identify it.
struct HostKey: Hashable {
  let service: String?
  let host: String

  /// Creates the key of a host field; `nil` if that host does not identify a server.
  ///
  /// It does not if it is not set, or if it is the loopback address next to an IPv6 host.
  init?(_ fields: FieldValues, _ field: Field) {
    let hostV6 = fields.canonical(.hostV6)
    let host = field == .hostV6 ? hostV6 : fields.canonical(.host) ?? Host.loopback
    guard let host, field == .hostV6 || host != Host.loopback || hostV6 == nil else {
      return nil
    }
    service = fields.canonical(.service)
    self.host = host
  }
}
