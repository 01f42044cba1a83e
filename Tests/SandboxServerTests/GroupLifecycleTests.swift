// A port group and its servers from creation to deletion, over every transport and in both formats.

import HTTPMessages
import SandboxServer
import Testing

extension SandboxConformanceTests {
  /// An integration method and the service of a new group's first server.
  static let integrations = [("1", "100"), ("2", "102"), ("3", "104")]

  @Test(arguments: Transport.allCases, Wire.allCases)
  func `a group can be created, changed and deleted`(transport: Transport, wire: Wire) async throws
  {
    for (integration, service) in Self.integrations {
      try await withServer(transport, Sandbox(state: .memory)) { server in
        let group = try await create(integration, on: server, wire)
        try await checkNew(group, service, on: server, wire)
        try await rename(group, on: server, wire)
        if service != "104" { try await checkServers(of: group, on: server, wire) }

        #expect(try await server.send(wire.request(.delete, group)).status == 204)
        #expect(try await server.send(wire.request(.get, group)).status == 404)
        let list = try await server.send(wire.request(.get, group + "/portgroupservers"))
        #expect(list.status == 200)
        #expect(try wire.total(of: list) == 0)
        let groups = try await server.send(wire.request(.get, "/vmrest/portgroups?rowsPerPage=0"))
        #expect(try wire.total(of: groups) == 6)
      }
    }
  }

  /// Creates a group with ids from the lists of templates and phone systems.
  private func create(
    _ integration: String, on server: any HTTPExchanging, _ wire: Wire
  ) async throws -> String {
    let systems = try await server.send(
      wire.request(.get, "/vmrest/phonesystems?query=(displayname%20is%20phonesystem-2)"))
    let templates = try await server.send(
      wire.request(
        .get,
        "/vmrest/portgrouptemplates/?query=%28CopyTelephonyIntegrationMethodEnum+is+\(integration)%29"
      ))
    let response = try await server.send(
      wire.request(
        .post, "/vmrest/portgroups", "PortGroup",
        [
          "DisplayName": "New group",
          "MediaPortGroupTemplateObjectId": try #require(
            wire.values("ObjectId", in: templates).first),
          "MediaSwitchObjectId": try #require(wire.values("ObjectId", in: systems).first),
          "HostOrIPAddress": "first.example", "TelephonyIntegrationMethodEnum": integration,
          "SkinnyDevicePrefix": "CiscoUM2-VI", "Colour": "ignored",
        ]))
    #expect(response.status == 201)
    #expect(response.mediaType == "text/plain")
    #expect(response.headerFields["Location"] == response.text)
    return response.text
  }

  private func checkNew(
    _ group: String, _ service: String, on server: any HTTPExchanging, _ wire: Wire
  ) async throws {
    let found = try await server.send(
      wire.request(.get, "/vmrest/portgroups/?query=(DISPLAYNAME+startswith+new)"))
    #expect(try wire.total(of: found) == 1)
    #expect(try wire.values("URI", in: found) == [group])
    #expect(try wire.values("MediaSwitchDisplayName", in: found) == ["PhoneSystem-2"])
    #expect(try wire.values("ResetStatusEnum", in: found) == ["0"])

    let first = try await server.send(wire.request(.get, group + "/portgroupservers"))
    #expect(try wire.total(of: first) == 1)
    #expect(try wire.values("HostOrIPAddress", in: first) == ["first.example"])
    #expect(try wire.values("MediaRemoteServiceEnum", in: first) == [service])
    #expect(try wire.values("PortGroupURI", in: first) == [group])
  }

  private func rename(_ group: String, on server: any HTTPExchanging, _ wire: Wire) async throws {
    let response = try await server.send(
      wire.request(
        .put, group, "PortGroup",
        [
          "DisplayName": "Renamed", "EnableMWI": "0", "MwiOnCode": "771", "Colour": "ignored",
          "ObjectId": "ignored", "TelephonyIntegrationMethodEnum": "2", "ResetStatusEnum": "0",
        ]))
    #expect(response.status == 204)
    #expect(response.body.isEmpty)
    let shown = try await server.send(wire.request(.get, group))
    #expect(try wire.values("URI", in: shown) == [group])
    #expect(try wire.values("DisplayName", in: shown) == ["Renamed"])
    #expect(try wire.values("EnableMWI", in: shown) == ["false"])
    #expect(try wire.values("MwiOnCode", in: shown) == ["771"])
    #expect(try wire.values("ResetStatusEnum", in: shown) == ["100"])
    let silent = try await server.send(
      wire.request(.get, "/vmrest/portgroups?query=(EnableMWI%20is%200)"))
    #expect(try wire.values("URI", in: silent) == [group])
  }

  private func checkServers(
    of group: String, on server: any HTTPExchanging, _ wire: Wire
  ) async throws {
    let list = group + "/portgroupservers"
    let created = try await server.send(
      wire.request(
        .post, list, "PortGroupServer",
        [
          "MediaPortGroupObjectId": String(group.suffix(36)), "MediaRemoteServiceEnum": "101",
          "HostOrIPAddress": "second.example", "Precedence": "1",
        ]))
    #expect(created.status == 201)
    let item = created.text
    #expect(item.hasPrefix(list + "/"))

    #expect(
      try await server.send(wire.request(.put, item, "PortGroupServer", ["Port": "69"])).status
        == 204)
    let shown = try await server.send(wire.request(.get, item))
    #expect(try wire.values("Port", in: shown) == ["69"])
    #expect(try wire.values("Precedence", in: shown) == ["1"])

    let second = try await server.send(wire.request(.get, list + "?rowsPerPage=1&pageNumber=2"))
    #expect(try wire.total(of: second) == 2)
    #expect(try wire.values("HostOrIPAddress", in: second) == ["second.example"])
    #expect(try await server.send(wire.request(.delete, item)).status == 204)
    #expect(try await server.send(wire.request(.get, item)).status == 404)
  }
}
