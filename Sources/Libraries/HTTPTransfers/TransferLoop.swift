package import HTTPMessages

/// An HTTP client for one server, based on libcurl: one loop on a separate thread serves all callers.
///
/// Connections are kept open and reused. Redirects are never followed. Proxies are taken from the environment,
/// but loopback addresses are always contacted directly. Cancelling the calling task aborts its exchange.
package final class TransferLoop: HTTPExchanging {
  package let origin: Origin
  private let readOnly: Bool
  private let core: LoopCore

  /// The loop's thread; after `shutDown()`, jobs run on other threads.
  package var executor: (any TaskExecutor)? { core }

  /// Starts the thread; no connection is opened before the first request.
  package init(origin: Origin, options: TransferOptions = TransferOptions()) {
    self.origin = origin
    self.readOnly = options.readOnly
    self.core = LoopCore(origin: origin, options: options)
    core.start()
  }

  deinit { core.close("the transfer loop was shut down") }

  package func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    if readOnly && !request.method.isSafe {
      throw ExchangeError(
        .readOnly, mayHaveReached: false,
        detail: "\(request.method.rawValue) was not sent, because this client may only read")
    }
    // The caller may release the loop during this call.
    defer { withExtendedLifetime(self) {} }
    let call = ExchangeCall(request)
    let core = core
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in core.submit(call, continuation) }
    } onCancel: {
      call.cancel()
      core.checkCancelled()
    }
    return try result.get()
  }

  /// Ends the thread; current exchanges fail, and later ones fail at once.
  package func shutDown() { core.close("the transfer loop was shut down") }
}
