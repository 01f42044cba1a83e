// The sandbox as a server in memory: requests of a task, without a connection.

package import HTTPMessages

extension Sandbox: HTTPExchanging {
  /// The answer to a request in memory, with the queue and the faults of the configuration.
  ///
  /// With a state file a write waits for the disk: then use a `SandboxListener`, whose threads may wait.
  package func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    var visit: Visit
    switch begin(request, from: .loopback) {
    case .answer(let response): return response.withoutBody(if: request.method == .head)
    case .visit(let begun): visit = begun
    }
    while true {
      switch visit.step() {
      case .wait(let bell, let limit):
        await bell.rest(atMost: limit)
        guard Task.isCancelled else { continue }
        visit.close()
        while case .wait = visit.step() {}
        throw ExchangeError(.cancelled, mayHaveReached: true, detail: "the request was cancelled")
      case .done(.respond(let response)):
        return response.withoutBody(if: request.method == .head)
      case .done(.truncate):
        throw ExchangeError(
          .answerBroken, mayHaveReached: true, detail: "the sandbox cut its answer off")
      case .done(.close), .done(.reset):
        throw ExchangeError(
          .closedWithoutAnswer, mayHaveReached: true,
          detail: "the sandbox closed the connection without an answer")
      }
    }
  }
}

extension HTTPResponse {
  /// The answer as it is, or without its body: over a socket libmicrohttpd sees to that, and to its length.
  func withoutBody(if isHead: Bool) -> HTTPResponse {
    isHead ? HTTPResponse(status: status, headerFields: headerFields) : self
  }
}
