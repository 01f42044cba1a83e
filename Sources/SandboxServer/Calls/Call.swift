// One call of the API: which resource, what to do, and where it is done.

import HTTPMessages

/// A request whose resource, method and answer format are known to be good.
struct Call {
  var request: HTTPRequest
  var route: Route
  /// Decoded, by name in lower case.
  var parameters: [String: String]
  var wanted: BodyFormat
  /// Fields of the body that a fault ignores.
  var ignored: Set<String>

  /// The fields of the body, an object of the given type.
  ///
  /// - Throws: 415 or 400 where the body cannot be read.
  func fields(of type: String) throws(Refusal) -> [String: String] {
    let format = try BodyFormat.ofBody(request.headerFields)
    return try format.readFields(request.body, type: type).filter { !ignored.contains($0.key) }
  }
}

extension Sandbox {
  /// Does one call.
  func serve(_ call: Call) throws -> HTTPResponse {
    switch (call.route, call.request.method) {
    case (.version, _): try call.wanted.answer(Platform.version(configuration.version))
    case (.productVersion, _):
      try call.wanted.answer(Platform.productVersion(configuration.version))
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
    // The list is empty, not missing, where there is no such group (reference CUPI.md §1.3).
    case (.servers(let groupID), _): try list(.servers(of: groupID), call)
    case (.server(let id, let groupID), .put): try updateServer(id, in: groupID, call)
    case (.server(let id, let groupID), .delete): try deleteServer(id, in: groupID)
    case (.server(let id, let groupID), _): try show(.servers(of: groupID), id, call)
    }
  }

  private func list<Record: ShownRecord>(
    _ catalog: Catalog<Record>, _ call: Call
  ) throws -> HTTPResponse {
    let query = try ListQuery(
      call.parameters, columns: catalog.queryColumns, pageSize: configuration.habits.pageSize)
    let (total, page) = try state.list(catalog, query)
    return try call.wanted.answer(
      Listing(
        root: Record.listName, type: Record.typeName, total: total, entries: page.map(\.resource)))
  }

  private func show<Record: ShownRecord>(
    _ catalog: Catalog<Record>, _ id: String, _ call: Call
  ) throws -> HTTPResponse {
    try call.wanted.answer(state.existing(catalog, id).resource)
  }

  /// A list that no state holds; one that can be queried must be empty, for no query selects from it.
  private func list(
    _ listing: Listing, _ call: Call, columns: [String] = []
  ) throws -> HTTPResponse {
    let names = Dictionary(uniqueKeysWithValues: columns.map { ($0.lowercased(), $0) })
    let query = try ListQuery(
      call.parameters, columns: names, pageSize: configuration.habits.pageSize)
    var page = listing
    page.entries =
      query.countsOnly
      ? [] : Array(listing.entries.dropFirst(query.offset).prefix(query.rowsPerPage))
    return try call.wanted.answer(page)
  }

  /// 201 with the bare URI of the new object (reference CUPI.md §6); `path` is where the request was sent to.
  func created(_ uri: String, at path: String) -> HTTPResponse {
    let location = configuration.habits.location == .plain ? uri : path + uri
    return HTTPResponse(
      status: 201,
      headerFields: ["Content-Type": "text/plain;charset=UTF-8", "Location": location],
      body: Array(uri.utf8))
  }
}
