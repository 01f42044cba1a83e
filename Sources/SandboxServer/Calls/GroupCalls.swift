// Calls that create, update and delete port groups.

import HTTPMessages

extension Sandbox {
  /// Creates a group with its first server, whose address is in the request (reference CUPI.md §1.3).
  func createGroup(_ call: APICall) throws -> HTTPResponse {
    let form = GroupForm(fields: try call.fields(of: "PortGroup"))
    let habits = configuration.habits
    let group = try state.change { database in
      let group = try form.creation(id: randomID()) { id in
        try SandboxState.find(.phoneSystems, id, database)
      }
      try SandboxState.insert(group, database)
      try SandboxState.insert(form.firstServer(of: group, id: randomID(), habits), database)
      return group
    }
    return created(group.uri, at: "/vmrest/portgroups")
  }

  func updateGroup(_ id: String, _ call: APICall) throws -> HTTPResponse {
    let form = GroupForm(fields: try call.fields(of: "PortGroup"))
    try state.change { database in
      let group = try SandboxState.existing(.groups, id, database)
      let changed = try form.update(of: group)
      guard changed != group else { return }
      try SandboxState.update(changed, database)
      try SandboxState.requireReset(id, database)
    }
    return HTTPResponse(status: 204)
  }

  /// Deletes a group together with its servers.
  func deleteGroup(_ id: String) throws -> HTTPResponse {
    try state.change { database in
      _ = try SandboxState.existing(.groups, id, database)
      try SandboxState.delete(group: id, database)
    }
    return HTTPResponse(status: 204)
  }
}
