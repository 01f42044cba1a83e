// The examples of the API page and every refusal, in memory and over a socket.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct SandboxConformanceTests {
  @Test(arguments: Transport.allCases, APIExample.all)
  func `the response to an example of the API page equals the page's response`(
    transport: Transport, example: APIExample
  ) async throws {
    try await withServer(transport, Sandbox(state: .memory)) { server in
      try await check(example, on: server)
    }
  }

  @Test(arguments: Transport.allCases, APIExample.refusals)
  func `a bad request is refused and changes nothing`(transport: Transport, example: APIExample)
    async throws
  {
    try await withServer(transport, Sandbox(state: .memory)) { server in
      let before = try await listing(server)
      try await check(example, on: server)
      #expect(try await listing(server) == before)
    }
  }

  private func check(_ example: APIExample, on server: any HTTPExchanging) async throws {
    let response = try await server.send(example.request)
    #expect(response.status == example.status)
    #expect(response.mediaType == example.mediaType)
    switch example.body {
    case .empty: #expect(response.body.isEmpty)
    case .exactly(let text): #expect(response.text == text)
    case .newServer(let group):
      #expect(response.text.hasPrefix(servers(group) + "/"))
      #expect(response.headerFields["Location"] == response.text)
      let shown = try await server.send(HTTPRequest(.get, response.text, headerFields: fields()))
      #expect(shown.status == 200)
    }
  }

  /// Every group and server of the lab.
  private func listing(_ server: any HTTPExchanging) async throws -> [String] {
    var texts: [String] = []
    for path in ["/vmrest/portgroups"] + LabGroup.all.map(servers) {
      texts.append(try await server.send(HTTPRequest(.get, path, headerFields: fields())).text)
    }
    return texts
  }
}
