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
  private let exchange: any HTTPExchanging
  private let session: Session
  private let clock: SessionClock

  package init(
    server: String, over exchange: any HTTPExchanging, credentials: Credentials,
    wire: WireFormat = .xml, clock: SessionClock = .system
  ) {
    self.server = server
    self.wire = wire
    self.exchange = exchange
    self.clock = clock
    session = Session(over: exchange, server: server, credentials: credentials, clock: clock)
  }

  /// Where tasks run best that send one request after another; `nil` where it makes no difference.
  package var executor: (any TaskExecutor)? { exchange.executor }

  /// The version of the API's interface, such as `14.0.1.0`; its tail may be letters.
  package func version() async throws(ServerError) -> String {
    let request = reading("/vmrest/version")
    let response = try await read(request)
    return try understand(request) { () throws(WireError) in
      let object = try WireFormat.object(response, of: "VersionInformation")
      guard let version = object["version"] else { throw WireError("the version is missing") }
      return version
    }
  }

  /// Every port group, in the server's order.
  package func portGroups() async throws(ServerError) -> [PortGroup] {
    var list = PagedList<PortGroup>(id: \.objectID)
    while case .more(let page) = list.state {
      try await list.take(portGroups(page: page))
    }
    return try whole(list, of: "/vmrest/portgroups")
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
      servers: servers, unknownFields: unknown.sorted(),
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
      let result = await exchange.result(of: signed)
      if case .success(let response) = result, response.headerFields["Set-Cookie"] != nil {
        session.note(response, to: ticket)
      }
      let answer = Answer.classify(result, now: clock.seconds())
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
        .unexpectedAnswer, detail: error.detail)
    }
  }

  private func whole<Object>(
    _ list: PagedList<Object>, of path: String
  ) throws(ServerError) -> [Object] {
    if case .broken(let detail) = list.state {
      throw ServerCall(server: server, request: reading(path)).error(
        .incompleteList, detail: detail)
    }
    return list.objects
  }
}
