// The fields that a port group must have, and the problems of a request: all in one response.

import HTTPMessages
import SandboxServer
import TestSupport
import Testing

@Suite struct GroupFormTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  private func problems(
    _ method: HTTPMethod, _ path: String, _ values: KeyValuePairs<String, String>
  ) throws -> [String] {
    let response = sandbox.respond(to: Wire.json.request(method, path, "PortGroup", values))
    #expect(response.status == 400)
    return try Wire.json.values("message", in: response)
  }

  @Test func `one response lists all missing mandatory fields`() throws {
    #expect(
      try problems(.post, "/vmrest/portgroups", [:]) == [
        "TelephonyIntegrationMethodEnum is mandatory and missing",
        "MediaPortGroupTemplateObjectId is mandatory and missing",
        "MediaSwitchObjectId is mandatory and missing", "DisplayName is mandatory and missing",
        "HostOrIPAddress is mandatory and missing",
      ])
    #expect(
      try problems(
        .post, "/vmrest/portgroups",
        [
          "TelephonyIntegrationMethodEnum": "1", "DisplayName": "", "HostOrIPAddress": "a",
          "MediaPortGroupTemplateObjectId": "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002",
          "MediaSwitchObjectId": "nobody", "EnableMWI": "maybe", "MwiRetryCountOnSuccess": "-1",
        ]) == [
          "MediaPortGroupTemplateObjectId is 'd55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002'; "
            + "it is no template's id of this integration method",
          "MediaSwitchObjectId is 'nobody'; it is no phone system's id",
          "DisplayName is mandatory and missing", "SkinnyDevicePrefix is mandatory and missing",
          "EnableMWI is 'maybe'; allowed is true or false",
          "MwiRetryCountOnSuccess is '-1'; allowed is 0 to 9999",
        ])
    #expect(
      try problems(
        .post, "/vmrest/portgroups", ["TelephonyIntegrationMethodEnum": "4"]
      ).first == "TelephonyIntegrationMethodEnum is '4'; allowed is 1 to 3")
  }

  @Test func `an update is checked like a creation, and a refused update changes nothing`()
    throws
  {
    let path = "/vmrest/portgroups/\(LabGroup.sip)"
    let before = sandbox.respond(to: Wire.json.request(.get, path)).text
    #expect(
      try problems(
        .put, path, ["DisplayName": "", "SipTransportProtocolEnum": "12", "MwiOnCode": "1"]
      ) == [
        "DisplayName is mandatory and missing",
        "SipTransportProtocolEnum is '12'; allowed is 10 to 11",
      ])
    #expect(sandbox.respond(to: Wire.json.request(.get, path)).text == before)
  }

  @Test
  func
    `a setting of another integration is ignored, and an update without changes requires no reset`()
    throws
  {
    let path = "/vmrest/portgroups/\(LabGroup.sip)"
    let before = sandbox.respond(to: Wire.json.request(.get, path)).text
    let update = Wire.json.request(
      .put, path, "PortGroup", ["SkinnyDevicePrefix": "X", "EnableMWI": "1", "SipDoSRTP": "false"])
    #expect(sandbox.respond(to: update).status == 204)
    #expect(sandbox.respond(to: Wire.json.request(.get, path)).text == before)
  }

  @Test func `settings are stored in the state file`() throws {
    let folder = try TemporaryFolder()
    let storage = Sandbox.Storage.file(folder.path("lab.db"))
    let path = "/vmrest/portgroups/\(LabGroup.sip)"
    let update = Wire.xml.request(
      .put, path, "PortGroup", ["MwiOnCode": "&lt;7&quot;1&gt;", "SipTLSModeEnum": "11"])
    #expect(try Sandbox(state: storage).respond(to: update).status == 204)
    let shown = try Sandbox(state: storage).respond(to: Wire.xml.request(.get, path))
    #expect(try Wire.xml.values("MwiOnCode", in: shown) == ["&lt;7&quot;1&gt;"])
    #expect(try Wire.xml.values("SipTLSModeEnum", in: shown) == ["11"])
    folder.remove()
  }
}
