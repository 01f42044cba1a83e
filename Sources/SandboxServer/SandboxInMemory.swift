// Requests to the sandbox in memory: from a task, without a connection.

package import HTTPMessages

extension Sandbox: HTTPExchanging {
  /// Processes a request in memory, with the queue and the faults of the configuration.
  ///
  /// If the sandbox has a state file, use a `SandboxListener` instead: writes wait for the disk, and only its
  /// threads may block.
  package func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    var lifecycle: RequestLifecycle
    switch begin(request, from: .loopback) {
    case .response(let response): return response.withoutBody(if: request.method == .head)
    case .lifecycle(let started): lifecycle = started
    }
    while true {
      switch lifecycle.step() {
      case .wait(let signal, let timeout):
        await signal.suspend(timeout: timeout)
        guard Task.isCancelled else { continue }
        lifecycle.close()
        while case .wait = lifecycle.step() {}
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
  /// The response, without its body if `isHead`; over a socket, libmicrohttpd handles the body and its length.
  func withoutBody(if isHead: Bool) -> HTTPResponse {
    isHead ? HTTPResponse(status: status, headerFields: headerFields) : self
  }
}
