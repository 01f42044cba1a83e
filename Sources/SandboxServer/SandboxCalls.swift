// The calls of the API, each a few lines over the state.

import HTTPMessages

extension Sandbox {
  /// Does one call whose resource, method and answer format are known to be good.
  func serve(
    _ request: HTTPRequest, _ route: Route, _ parameters: [String: String], _ wanted: BodyFormat
  ) throws -> HTTPResponse {
    switch (route, request.method) {
    case (.version, _):
      var shown = Resource(type: "VersionInformation")
      shown.show("name", "vmrest")
      shown.show("version", configuration.version)
      return try wanted.answer(shown)
    case (.productVersion, _):
      var shown = Resource(type: "VersionInformation")
      shown.show("name", "cupibulk sandbox for Cisco Unity Connection")
      shown.show("version", configuration.version)
      return try wanted.answer(shown)
    case (.groups, _):
      return try listGroups(parameters, wanted)
    case (.group(let id), _):
      guard let group = try state.group(id) else {
        throw Refusal(404, .notFound, "PortGroup \(id) was not found")
      }
      return try wanted.answer(group.resource)
    case (.servers(let groupID), .post):
      return try createServer(request, in: groupID)
    case (.servers(let groupID), _):
      return try listServers(of: groupID, parameters, wanted)
    case (.server(let id, let groupID), .put):
      let form = try form(of: request)
      try state.update(id, in: groupID) { server, group in
        try ServerForm.checkWritable(group, server)
        return try form.update(of: server, in: group)
      }
      return HTTPResponse(status: 204)
    case (.server(let id, let groupID), .delete):
      try state.delete(id, in: groupID) { server, group in
        try ServerForm.checkWritable(group, server)
      }
      return HTTPResponse(status: 204)
    case (.server(let id, let groupID), _):
      guard let server = try state.server(id, in: groupID) else {
        throw Refusal(
          404, .notFound, "PortGroupServer \(id) was not found in port group \(groupID)")
      }
      return try wanted.answer(server.resource)
    }
  }

  private func listGroups(
    _ parameters: [String: String], _ wanted: BodyFormat
  ) throws -> HTTPResponse {
    let query = try ListQuery(parameters, columns: SandboxState.groupQueryColumns)
    let (total, page) = try state.groups(query)
    return try wanted.answer(
      Listing(root: "PortGroups", type: "PortGroup", total: total, entries: page.map(\.resource)))
  }

  /// The list is empty, not missing, where there is no such group (reference CUPI.md §1.3).
  private func listServers(
    of groupID: String, _ parameters: [String: String], _ wanted: BodyFormat
  ) throws -> HTTPResponse {
    let query = try ListQuery(parameters, columns: SandboxState.serverQueryColumns)
    let (total, page) = try state.servers(of: groupID, query)
    return try wanted.answer(
      Listing(
        root: "PortGroupServers", type: "PortGroupServer", total: total,
        entries: page.map(\.resource)))
  }

  /// The answer is 201 with the bare URI of the new object, nested as GET shows it (reference CUPI.md §6).
  private func createServer(_ request: HTTPRequest, in groupID: String) throws -> HTTPResponse {
    let form = try form(of: request)
    let server = try state.create(in: groupID) { group in
      try ServerForm.checkWritable(group)
      return try form.creation(in: group, id: randomID())
    }
    return HTTPResponse(
      status: 201,
      headerFields: ["Content-Type": "text/plain;charset=UTF-8", "Location": server.uri],
      body: Array(server.uri.utf8))
  }

  private func form(of request: HTTPRequest) throws(Refusal) -> ServerForm {
    let format = try BodyFormat.ofBody(request.headerFields)
    let fields = try format.readFields(request.body, type: "PortGroupServer")
    return ServerForm(fields: fields, numberRange: configuration.numberRange)
  }
}

/// A random GUID in lower case (RFC 9562 §5.4, version 4).
func randomID() -> String {
  let high = UInt64.random(in: .min ... .max) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
  let low = UInt64.random(in: .min ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  let digits = [high, low].map { half in
    let text = String(half, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }.joined()
  var rest = digits[...]
  return [8, 4, 4, 4, 12].map { length in
    defer { rest = rest.dropFirst(length) }
    return rest.prefix(length)
  }.joined(separator: "-")
}
