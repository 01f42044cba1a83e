// Every example of the API page, in memory and over a socket.

import HTTPMessages
import SandboxServer
import Testing

/// Ways to reach a sandbox.
enum Road: CaseIterable, Sendable {
  case memory
}

@Suite struct ConformanceTests {
  @Test(arguments: Road.allCases, Example.all)
  func `the API page's example is answered as the page shows`(road: Road, example: Example)
    async throws
  {
    try await onRoad(road) { server in
      let answer = try await server.send(example.request)
      #expect(answer.status == example.status)
      #expect(answer.mediaType == example.mediaType)
      let body = String(decoding: answer.body, as: UTF8.self)
      switch example.body {
      case .empty: #expect(body.isEmpty)
      case .exactly(let text): #expect(body == text)
      case .holding(let pieces): for piece in pieces { #expect(body.contains(piece)) }
      case .newServer(let group):
        #expect(body.hasPrefix(servers(group) + "/"))
        #expect(answer.headerFields["Location"] == body)
        let shown = try await server.send(HTTPRequest(.get, body, headerFields: fields()))
        #expect(shown.status == 200)
      }
    }
  }
}

/// Runs a test against a fresh lab.
func onRoad(_ road: Road, _ test: (any HTTPExchanging) async throws -> Void) async throws {
  let sandbox = try Sandbox(state: .memory)
  switch road {
  case .memory: try await test(sandbox)
  }
}
