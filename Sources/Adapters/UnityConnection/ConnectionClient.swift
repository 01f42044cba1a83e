// The server in our words: questions that read.

package import HTTPMessages
package import PortGroupModel

/// A Cisco Unity Connection server, asked over the CUPI REST API; any number of tasks may use it.
///
/// It sends one request a call and one more for each further page; it never repeats a write that
/// may have been done. A request that was answered 401 was not processed, so it is sent once more
/// after a new login.
package final class ConnectionClient: Sendable {
  /// How many objects a page of a list has; larger pages are throttled on a busy server (reference
  /// CUPI.md §3.3).
  package static let pageSize = 100

  /// How errors name the server, such as `https://cuc.example.com:8443`.
  package let server: String
  package let wire: WireFormat
  /// Where tasks run best that send one request after another; `nil` where it makes no difference.
  package let executor: (any TaskExecutor)?
  private let conversation: Conversation
  private let session: Session
  /// True once no further page may be asked for.
  private let isStopped: @Sendable () -> Bool

  package init(
    server: String, over exchange: any HTTPExchanging, credentials: Credentials,
    wire: WireFormat = .xml, clock: SessionClock = .system
  ) {
    self.server = server
    self.wire = wire
    executor = exchange.executor
    conversation = Conversation(over: exchange, credentials: credentials, clock: clock)
    session = Session(over: conversation, server: server, credentials: credentials, clock: clock)
    isStopped = { false }
  }

  private init(_ other: ConnectionClient, isStopped: @escaping @Sendable () -> Bool) {
    server = other.server
    wire = other.wire
    executor = other.executor
    conversation = other.conversation
    session = other.session
    self.isStopped = isStopped
  }

  /// The same client with the same session, which ends a list between two pages once it is stopped.
  package func stopping(
    when isStopped: @escaping @Sendable () -> Bool
  ) -> ConnectionClient { ConnectionClient(self, isStopped: isStopped) }

  /// The version of the API's interface, such as `14.0.1.0`; its tail may be letters.
  package func version() async throws(ServerError) -> String {
    let request = reading("/vmrest/version")
    let response = try await read(request)
    return try understand(request) { () throws(WireError) in
      let object = try WireFormat.object(response, of: "VersionInformation")
      guard let version = object["version"] else { throw WireError("the version is missing") }
      return hide(version)
    }
  }

  /// Every port group, in the server's order.
  package func portGroups() async throws(ServerError) -> [PortGroup] {
    var list = PagedList<PortGroup>(id: \.objectID)
    let path = "/vmrest/portgroups"
    while case .more(let page) = list.state {
      try checkStop(reading(path, page: page))
      try await list.take(portGroups(page: page))
    }
    return try whole(list, of: path)
  }

  /// One page of port groups, from 1.
  package func portGroups(page: Int) async throws(ServerError) -> ListPage<PortGroup> {
    let request = reading("/vmrest/portgroups", page: page)
    let response = try await read(request)
    return try understand(request) { () throws(WireError) in
      let list = try WireFormat.list(response, of: PortGroup.wireName)
      var groups: [PortGroup] = []
      for object in list.objects { groups.append(try PortGroup(object)) }
      return ListPage(total: list.total, objects: groups)
    }
  }

  /// One port group, or `nil` if the server does not have it.
  package func portGroup(_ id: ObjectID) async throws(ServerError) -> PortGroup? {
    let request = reading("/vmrest/portgroups/\(id.text)")
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
    try understand(request) { () throws(WireError) in
      try PortGroup(try WireFormat.object(response, of: PortGroup.wireName))
    }
  }

  /// Every server of a port group, in the server's order.
  ///
  /// The server answers an empty list for a group that it does not have, so an empty list is
  /// believed only after the group was asked for; so is a "not found".
  /// - Throws: `ServerError`, of kind `groupGone` if there is no such group, `listRefused` if there is.
  package func servers(of group: ObjectID) async throws(ServerError) -> ServerList {
    let path = Self.path(group)
    var unknown: Set<String> = []
    var exchanges = 0
    var list = PagedList<PortGroupServer>(id: \.objectID)
    while case .more(let page) = list.state {
      exchanges += 1
      let request = reading(path, page: page)
      try checkStop(request)
      let response = try await servers(of: group, by: request)
      list.take(
        try understand(request) { () throws(WireError) in
          let wireList = try WireFormat.list(response, of: PortGroupServer.wireName)
          var servers: [PortGroupServer] = []
          for object in wireList.objects {
            servers.append(try PortGroupServer(object, unknown: &unknown))
          }
          return ListPage(total: wireList.total, objects: servers)
        })
    }
    let servers = try whole(list, of: path)
    if servers.isEmpty { try await confirm(group, reading(path)) }
    return ServerList(
      servers: servers, unknownFields: unknown.map(hide).sorted(),
      exchanges: servers.isEmpty ? exchanges + 1 : exchanges)
  }

  /// One page of a group's servers, not yet understood; a refusal of it concerns this group alone.
  private func servers(
    of group: ObjectID, by request: HTTPRequest
  ) async throws(ServerError) -> HTTPResponse {
    let answer = try await answer(request)
    switch answer {
    case .done(let response): return response
    case .refused(let refusal):
      if refusal.status == 404 || refusal.status == 410 { try await confirm(group, request) }
      throw ServerCall(server: server, request: request).error(
        .listRefused, detail: refusal.sentence, status: refusal.status)
    default: throw ServerCall(server: server, request: request).error(answer)
    }
  }

  /// Asks for the group itself, and throws an error of the request if the server does not have it.
  private func confirm(_ group: ObjectID, _ request: HTTPRequest) async throws(ServerError) {
    let call = ServerCall(server: server, request: request)
    let question = reading("/vmrest/portgroups/\(group.text)")
    switch try await answer(question) {
    case .done(let response): _ = try portGroup(in: response, to: question)
    case .refused(let refusal) where refusal.status == 404 || refusal.status == 410:
      throw call.error(.groupGone, detail: "there is no port group \(group)")
    case .refused(let refusal):
      throw call.error(
        .listRefused, detail: "the group itself is refused, \(refusal.sentence)",
        status: refusal.status)
    case let other: throw call.error(other)
    }
  }

  /// Sends a request once; once more if only the session had aged out.
  func answer(_ request: HTTPRequest) async throws(ServerError) -> Answer {
    let call = ServerCall(server: server, request: request)
    for isLast in [false, true] {
      let ticket = try await session.ticket()
      var signed = request
      ticket.apply(to: &signed)
      let (answer, response) = await conversation.send(signed)
      if let response, response.headerFields["Set-Cookie"] != nil {
        session.note(response, to: ticket)
      }
      guard case .unauthorized(let refusal) = answer else { return answer }
      if ticket.isBasic {
        let error = call.error(answer)
        session.refuse(error)
        throw error
      }
      session.drop(ticket)
      if isLast {
        return .notProcessed(
          Setback(
            .busy, reason: "a session that was just opened was not accepted, \(refusal)",
            status: refusal.status))
      }
    }
    return .notProcessed(Setback(.busy, reason: "the session was not accepted"))
  }

  static func path(_ group: ObjectID, _ id: ObjectID? = nil) -> String {
    "/vmrest/portgroups/\(group.text)/portgroupservers" + (id.map { "/\($0.text)" } ?? "")
  }

  func reading(_ path: String, page: Int? = nil) -> HTTPRequest {
    let query = page.map { "?rowsPerPage=\(Self.pageSize)&pageNumber=\($0)" } ?? ""
    return HTTPRequest(.get, path + query, headerFields: ["Accept": wire.mediaType])
  }

  func read(_ request: HTTPRequest) async throws(ServerError) -> HTTPResponse {
    let answer = try await answer(request)
    guard case .done(let response) = answer else {
      throw ServerCall(server: server, request: request).error(answer)
    }
    return response
  }

  func understand<Value>(
    _ request: HTTPRequest, _ body: () throws(WireError) -> Value
  ) throws(ServerError) -> Value {
    do throws(WireError) {
      return try body()
    } catch {
      throw ServerCall(server: server, request: request).error(
        .unexpectedAnswer, detail: hide(error.detail))
    }
  }

  /// A text of the server, such as a name, without the secrets that it was sent.
  func hide(_ text: String) -> String { conversation.hide(text) }

  private func checkStop(_ request: HTTPRequest) throws(ServerError) {
    guard isStopped() || Task.isCancelled else { return }
    throw ServerCall(server: server, request: request).error(
      .cancelled, detail: "the rest of a list was not asked for")
  }

  private func whole<Object>(
    _ list: PagedList<Object>, of path: String
  ) throws(ServerError) -> [Object] {
    let call = ServerCall(server: server, request: reading(path))
    switch list.state {
    case .broken(let detail): throw call.error(.incompleteList, detail: detail)
    case .tooLong(let detail): throw call.error(.unexpectedAnswer, detail: detail)
    case .more, .whole: return list.objects
    }
  }
}
