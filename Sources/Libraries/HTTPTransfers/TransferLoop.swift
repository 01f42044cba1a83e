// The face of the transfer loop: one request in, one answer out.

package import HTTPMessages

/// HTTP to one server over libcurl: one loop on a thread of its own serves all callers.
///
/// Connections are kept and used again. Redirects are never followed. Proxies come from the
/// environment, but a loopback address is always asked directly. Cancelling the calling task aborts
/// its exchange.
package final class TransferLoop: HTTPExchanging {
  package let origin: Origin
  private let readOnly: Bool
  private let core: LoopCore

  /// The loop's thread; after `shutDown` any other.
  package var executor: (any TaskExecutor)? { core }

  /// Starts the thread; nothing is connected before the first request.
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
    // A caller may hold the loop no longer than this call.
    defer { withExtendedLifetime(self) {} }
    let call = ExchangeCall(request)
    let core = core
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in core.submit(call, continuation) }
    } onCancel: {
      call.cancel()
      core.lookForCancelled()
    }
    return try result.get()
  }

  /// Ends the thread and fails every exchange that waits; later ones fail at once.
  package func shutDown() { core.close("the transfer loop was shut down") }
}
