package import HTTPMessages
package import PortGroupModel

/// A client of the CUPI REST API of one Cisco Unity Connection server; any number of tasks may use it.
///
/// It sends one request per call, and one for each further page of a list. It never repeats a write that may
/// have been processed. A 401 response means that the request was not processed, so the request is sent once
/// more after a new login.
package final class ConnectionClient: Sendable {
  /// The number of objects on a page of a list; a busy server throttles larger pages (reference CUPI.md §3.3).
  package static let pageSize = 100

  /// The server's name in errors, such as `https://cuc.example.com:8443`.
  package let server: String
  package let wire: WireFormat
  /// The best executor for tasks that send many requests; `nil` if it makes no difference.
  package let executor: (any TaskExecutor)?
  private let sender: RequestSender
  private let session: Session
  /// Returns true once no further page may be requested.
  private let isStopped: @Sendable () -> Bool

  package init(
    server: String, over exchange: any HTTPExchanging, credentials: Credentials,
    wire: WireFormat = .xml, clock: SessionClock = .system
  ) {
    self.server = server
    self.wire = wire
    executor = exchange.executor
    sender = RequestSender(over: exchange, credentials: credentials, clock: clock)
    session = Session(over: sender, server: server, credentials: credentials, clock: clock)
    isStopped = { false }
  }

  private init(_ other: ConnectionClient, isStopped: @escaping @Sendable () -> Bool) {
    server = other.server
    wire = other.wire
    executor = other.executor
    sender = other.sender
    session = other.session
    self.isStopped = isStopped
  }

  /// The same client with the same session, which stops reading a list between two pages once stopped.
  package func stopping(
    when isStopped: @escaping @Sendable () -> Bool
  ) -> ConnectionClient { ConnectionClient(self, isStopped: isStopped) }

  /// The version of the API, such as `14.0.1.0`; its last part may contain letters.
  package func version() async throws(ServerError) -> String {
    let request = readRequest("/vmrest/version")
    let response = try await read(request)
    return try parse(request) { () throws(WireError) in
      let object = try WireFormat.object(response, of: "VersionInformation")
      guard let version = object["version"] else { throw WireError("the version is missing") }
      return hide(version)
    }
  }

  /// All port groups, in the server's order.
  package func portGroups() async throws(ServerError) -> [PortGroup] {
    var list = PagedList<PortGroup>(id: \.objectID)
    let path = "/vmrest/portgroups"
    while case .more(let page) = list.state {
      try checkStop(readRequest(path, page: page))
      try await list.append(portGroups(page: page))
    }
    return try completeList(list, of: path)
  }

  /// One page of port groups; page numbers start at 1.
  package func portGroups(page: Int) async throws(ServerError) -> ListPage<PortGroup> {
    let request = readRequest("/vmrest/portgroups", page: page)
    let response = try await read(request)
    return try parse(request) { () throws(WireError) in
      let list = try WireFormat.list(response, of: PortGroup.wireName)
      var groups: [PortGroup] = []
      for object in list.objects { groups.append(try PortGroup(object)) }
      return ListPage(total: list.total, objects: groups)
    }
  }

  /// One port group, or `nil` if the server does not have it.
  package func portGroup(_ id: ObjectID) async throws(ServerError) -> PortGroup? {
    let request = readRequest("/vmrest/portgroups/\(id.text)")
    do throws(ServerError) {
      return try portGroup(in: try await read(request), to: request)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  private func portGroup(
    in response: HTTPResponse, to request: HTTPRequest
  ) throws(ServerError) -> PortGroup {
    try parse(request) { () throws(WireError) in
      try PortGroup(try WireFormat.object(response, of: PortGroup.wireName))
    }
  }

  /// All servers of a port group, in the server's order.
  ///
  /// For a group that does not exist, the server returns an empty list. Therefore an empty list is accepted only
  /// after a request for the group itself; the same applies to "not found".
  ///
  /// - Throws: `ServerError`: `groupGone` if the group does not exist, `listRefused` if it exists but its list is
  ///   refused.
  package func servers(of group: ObjectID) async throws(ServerError) -> ServerList {
    let path = Self.path(group)
    var unknown: Set<String> = []
    var exchanges = 0
    var list = PagedList<PortGroupServer>(id: \.objectID)
    while case .more(let page) = list.state {
      exchanges += 1
      let request = readRequest(path, page: page)
      try checkStop(request)
      let response = try await servers(of: group, by: request)
      list.append(
        try parse(request) { () throws(WireError) in
          let wireList = try WireFormat.list(response, of: PortGroupServer.wireName)
          var servers: [PortGroupServer] = []
          for object in wireList.objects {
            servers.append(try PortGroupServer(object, unknown: &unknown))
          }
          return ListPage(total: wireList.total, objects: servers)
        })
    }
    let servers = try completeList(list, of: path)
    if servers.isEmpty { try await checkExists(group, for: readRequest(path)) }
    return ServerList(
      servers: servers, unknownFields: unknown.map(hide).sorted(),
      exchanges: servers.isEmpty ? exchanges + 1 : exchanges)
  }

  /// One server of a group as it is now; `nil` if the request is refused for any reason.
  ///
  /// What a server answers for an id that it does not have is not documented, so only the group's list shows whether
  /// the server is gone.
  ///
  /// - Throws: `ServerError` if nothing is known, because the request failed.
  package func server(
    _ id: ObjectID, in group: ObjectID
  ) async throws(ServerError) -> PortGroupServer? {
    let request = readRequest(Self.path(group, id))
    let outcome = try await send(request)
    switch outcome {
    case .done(let response):
      let server = try parse(request) { () throws(WireError) in
        var unknown: Set<String> = []
        return try PortGroupServer(
          WireFormat.object(response, of: PortGroupServer.wireName), unknown: &unknown)
      }
      return server.objectID == id ? server : nil
    case .refused: return nil
    default: throw ServerCall(server: self.server, request: request).error(outcome)
    }
  }

  /// One page of a group's servers, not yet parsed; a refusal of the page concerns only this group.
  private func servers(
    of group: ObjectID, by request: HTTPRequest
  ) async throws(ServerError) -> HTTPResponse {
    let outcome = try await send(request)
    switch outcome {
    case .done(let response): return response
    case .refused(let refusal):
      if refusal.status == 404 || refusal.status == 410 {
        try await checkExists(group, for: request)
      }
      throw ServerCall(server: server, request: request).error(
        .listRefused, detail: refusal.sentence, status: refusal.status)
    default: throw ServerCall(server: server, request: request).error(outcome)
    }
  }

  /// Requests the group itself, and throws an error for `request` if the server does not have the group.
  private func checkExists(
    _ group: ObjectID, for request: HTTPRequest
  ) async throws(ServerError) {
    let call = ServerCall(server: server, request: request)
    let groupRequest = readRequest("/vmrest/portgroups/\(group.text)")
    switch try await send(groupRequest) {
    case .done(let response): _ = try portGroup(in: response, to: groupRequest)
    case .refused(let refusal) where refusal.status == 404 || refusal.status == 410:
      throw call.error(.groupGone, detail: "there is no port group \(group)")
    case .refused(let refusal):
      throw call.error(
        .listRefused, detail: "the group itself is refused, \(refusal.sentence)",
        status: refusal.status)
    case let other: throw call.error(other)
    }
  }

  /// Sends a request; sends it once more after a new login if the session has expired.
  func send(_ request: HTTPRequest) async throws(ServerError) -> ExchangeOutcome {
    let call = ServerCall(server: server, request: request)
    for isLast in [false, true] {
      let ticket = try await session.ticket()
      var signed = request
      ticket.apply(to: &signed)
      let (outcome, response) = await sender.send(signed)
      if let response, response.headerFields["Set-Cookie"] != nil {
        session.update(from: response, for: ticket)
      }
      guard case .unauthorized(let refusal) = outcome else { return outcome }
      if ticket.isBasic {
        let error = call.error(outcome)
        session.blockLogins(with: error)
        throw error
      }
      session.invalidate(ticket)
      if isLast {
        return .notProcessed(
          TransientFailure(
            .busy, reason: "a session that was just opened was not accepted, \(refusal)",
            status: refusal.status))
      }
    }
    return .notProcessed(TransientFailure(.busy, reason: "the session was not accepted"))
  }

  static func path(_ group: ObjectID, _ id: ObjectID? = nil) -> String {
    "/vmrest/portgroups/\(group.text)/portgroupservers" + (id.map { "/\($0.text)" } ?? "")
  }

  func readRequest(_ path: String, page: Int? = nil) -> HTTPRequest {
    let query = page.map { "?rowsPerPage=\(Self.pageSize)&pageNumber=\($0)" } ?? ""
    return HTTPRequest(.get, path + query, headerFields: ["Accept": wire.mediaType])
  }

  func read(_ request: HTTPRequest) async throws(ServerError) -> HTTPResponse {
    let outcome = try await send(request)
    guard case .done(let response) = outcome else {
      throw ServerCall(server: server, request: request).error(outcome)
    }
    return response
  }

  /// Parses the response to a request; an error becomes a `ServerError`.
  func parse<Value>(
    _ request: HTTPRequest, _ body: () throws(WireError) -> Value
  ) throws(ServerError) -> Value {
    do throws(WireError) {
      return try body()
    } catch {
      throw ServerCall(server: server, request: request).error(
        .unexpectedAnswer, detail: hide(error.detail))
    }
  }

  /// Removes the secrets that were sent to the server from a text of the server, such as a name.
  func hide(_ text: String) -> String { sender.hide(text) }

  private func checkStop(_ request: HTTPRequest) throws(ServerError) {
    guard isStopped() || Task.isCancelled else { return }
    throw ServerCall(server: server, request: request).error(
      .cancelled, detail: "the rest of a list was not asked for")
  }

  /// The objects of a list that has been read.
  ///
  /// - Throws: `ServerError` if the list is inconsistent or too long.
  private func completeList<Object>(
    _ list: PagedList<Object>, of path: String
  ) throws(ServerError) -> [Object] {
    let call = ServerCall(server: server, request: readRequest(path))
    switch list.state {
    case .inconsistent(let detail): throw call.error(.incompleteList, detail: detail)
    case .tooLong(let detail): throw call.error(.unexpectedAnswer, detail: detail)
    case .more, .complete: return list.objects
    }
  }
}
