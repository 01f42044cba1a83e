// Calls that create, update and delete port group servers.

import HTTPMessages

extension Sandbox {
  func createServer(in groupID: String, _ call: APICall) throws -> HTTPResponse {
    let form = try form(of: call)
    let rules = ServerRules(configuration.habits)
    let server = try state.create(in: groupID) { group, database in
      try ServerForm.checkWritable(group)
      var server = try form.creation(in: group, id: randomID())
      if !form.hasPrecedence { try rules.fillPrecedence(of: &server, database) }
      try rules.checkUnique(server, database)
      return server
    }
    return createdResponse(for: server)
  }

  func updateServer(_ id: String, in groupID: String, _ call: APICall) throws -> HTTPResponse {
    let form = try form(of: call)
    let rules = ServerRules(configuration.habits)
    try state.update(id, in: groupID) { server, group, database in
      try ServerForm.checkWritable(group, server)
      let changed = try form.update(of: server, in: group)
      try rules.checkUnique(changed, database)
      return changed
    }
    return HTTPResponse(status: 204)
  }

  func deleteServer(_ id: String, in groupID: String) throws -> HTTPResponse {
    let rules = ServerRules(configuration.habits)
    try state.delete(id, in: groupID) { server, group, database in
      try ServerForm.checkWritable(group, server)
      try rules.checkNotLast(server, database)
    }
    return HTTPResponse(status: 204)
  }

  private func form(of call: APICall) throws(RequestRefusal) -> ServerForm {
    ServerForm(fields: try call.fields(of: "PortGroupServer"), habits: configuration.habits)
  }

  private func createdResponse(for server: ServerRecord) -> HTTPResponse {
    let habits = configuration.habits
    if server.service == Service.tftp, habits.createdTFTP == .nothing {
      return HTTPResponse(status: 204)
    }
    let uri =
      switch habits.createdURI {
      case .nested: server.uri
      case .flat: "/vmrest/portgroupservers/\(server.id)"
      case .group: "/vmrest/portgroups/\(server.id)"
      }
    return created(uri, at: "/vmrest/portgroups/\(server.groupID)/portgroupservers")
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
