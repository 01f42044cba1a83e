import HTTPMessages

/// A request whose resource, method and response format have been validated.
struct APICall {
  var request: HTTPRequest
  var route: Route
  /// The decoded query parameters; keys are names in lower case.
  var parameters: [String: String]
  var responseFormat: BodyFormat
  /// Fields of the body to ignore because of a fault.
  var ignored: Set<String>

  /// The fields of the body, which must be an object of the given type.
  ///
  /// - Throws: A refusal with status 415 or 400 if the body cannot be read.
  func fields(of type: String) throws(RequestRefusal) -> [String: String] {
    let format = try BodyFormat.ofBody(request.headerFields)
    return try format.readFields(request.body, type: type).filter { !ignored.contains($0.key) }
  }
}

extension Sandbox {
  /// Processes one call.
  func serve(_ call: APICall) throws -> HTTPResponse {
    switch (call.route, call.request.method) {
    case (.version, _): try call.responseFormat.response(Platform.version(configuration.version))
    case (.productVersion, _):
      try call.responseFormat.response(Platform.productVersion(configuration.version))
    case (.vmsServers, _): try list(Platform.vmsServers(state.machineID()), call)
    case (.cluster, _): try list(Platform.cluster(state.machineID()), call)
    case (.ports, _): try list(Platform.ports, call, columns: Platform.portColumns)
    case (.users, _): try list(Platform.users, call, columns: Platform.userColumns)
    case (.phoneSystems, _): try list(.phoneSystems, call)
    case (.phoneSystem(let id), _): try show(.phoneSystems, id, call)
    case (.templates, _): try list(.templates, call)
    case (.template(let id), _): try show(.templates, id, call)
    case (.groups, .post): try createGroup(call)
    case (.groups, _): try list(.groups, call)
    case (.group(let id), .put): try updateGroup(id, call)
    case (.group(let id), .delete): try deleteGroup(id)
    case (.group(let id), _): try show(.groups, id, call)
    case (.servers(let groupID), .post): try createServer(in: groupID, call)
    // For a group that does not exist, the response is an empty list and not 404 (reference CUPI.md §1.3).
    case (.servers(let groupID), _): try list(.servers(of: groupID), call)
    case (.server(let id, let groupID), .put): try updateServer(id, in: groupID, call)
    case (.server(let id, let groupID), .delete): try deleteServer(id, in: groupID)
    case (.server(let id, let groupID), _): try show(.servers(of: groupID), id, call)
    }
  }

  private func list<Record: ShownRecord>(
    _ catalog: Catalog<Record>, _ call: APICall
  ) throws -> HTTPResponse {
    let query = try ListQuery(
      call.parameters, columns: catalog.queryColumns, pageSize: configuration.habits.pageSize)
    let (total, page) = try state.list(catalog, query)
    return try call.responseFormat.response(
      Listing(
        root: Record.listName, type: Record.typeName, total: total, entries: page.map(\.resource)))
  }

  private func show<Record: ShownRecord>(
    _ catalog: Catalog<Record>, _ id: String, _ call: APICall
  ) throws -> HTTPResponse {
    try call.responseFormat.response(state.existing(catalog, id).resource)
  }

  /// A response with a list that is not in the state.
  ///
  /// A list that can be queried must be empty, because no query is applied to it.
  private func list(
    _ listing: Listing, _ call: APICall, columns: [String] = []
  ) throws -> HTTPResponse {
    let names = Dictionary(uniqueKeysWithValues: columns.map { ($0.lowercased(), $0) })
    let query = try ListQuery(
      call.parameters, columns: names, pageSize: configuration.habits.pageSize)
    var page = listing
    page.entries =
      query.countsOnly
      ? [] : Array(listing.entries.dropFirst(query.offset).prefix(query.rowsPerPage))
    return try call.responseFormat.response(page)
  }

  /// A 201 response with the bare URI of the new object (reference CUPI.md §6); `path` is the request's path.
  func created(_ uri: String, at path: String) -> HTTPResponse {
    let location = configuration.habits.location == .plain ? uri : path + uri
    return HTTPResponse(
      status: 201,
      headerFields: ["Content-Type": "text/plain;charset=UTF-8", "Location": location],
      body: Array(uri.utf8))
  }
}
