// The examples of the API page and every refusal, in memory and over a socket.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct ConformanceTests {
  @Test(arguments: Road.allCases, Example.all)
  func `the API page's example is answered as the page shows`(
    road: Road, example: Example
  ) async throws {
    try await onRoad(road, Sandbox(state: .memory)) { server in
      try await check(example, on: server)
    }
  }

  @Test(arguments: Road.allCases, Example.refusals)
  func `a bad request is refused and changes nothing`(road: Road, example: Example) async throws {
    try await onRoad(road, Sandbox(state: .memory)) { server in
      let before = try await listing(server)
      try await check(example, on: server)
      #expect(try await listing(server) == before)
    }
  }

  private func check(_ example: Example, on server: any HTTPExchanging) async throws {
    let answer = try await server.send(example.request)
    #expect(answer.status == example.status)
    #expect(answer.mediaType == example.mediaType)
    switch example.body {
    case .empty: #expect(answer.body.isEmpty)
    case .exactly(let text): #expect(answer.text == text)
    case .newServer(let group):
      #expect(answer.text.hasPrefix(servers(group) + "/"))
      #expect(answer.headerFields["Location"] == answer.text)
      let shown = try await server.send(HTTPRequest(.get, answer.text, headerFields: fields()))
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
