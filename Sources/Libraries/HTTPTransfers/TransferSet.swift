import CCurl
import HTTPMessages

/// Owns a libcurl multi handle and the active transfers on it.
///
/// Only the loop's thread uses it.
@safe final class TransferSet {
  /// The status of the initialization of libcurl (`curl_global_init`), which must run once in a process.
  static let libraryStatus = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  /// The maximum number of idle connections that are kept open.
  ///
  /// The default of libcurl is four for each active transfer: after a burst of requests it would close connections,
  /// and the next burst would open them again, each with a handshake.
  private static let maxIdleConnections = 100

  private struct ActiveTransfer {
    var transfer: Transfer
    var call: ExchangeCall
    var continuation: ExchangeContinuation
  }

  private let multi: UnsafeMutableRawPointer?
  private let origin: Origin
  private let route: TransferRoute
  private let options: TransferOptions
  private var active: [UnsafeMutableRawPointer: ActiveTransfer] = unsafe [:]
  private let sessions = SharedSessions()

  init(origin: Origin, options: TransferOptions) {
    self.origin = origin
    route = TransferRoute(to: origin, options)
    self.options = options
    unsafe self.multi = Self.libraryStatus == CURLE_OK ? unsafe curl_multi_init() : nil
    // A failure is ignored: it only means that fewer connections are reused.
    if let multi = unsafe multi {
      unsafe cupibulk_curl_keep_connections(multi, Self.maxIdleConnections)
    }
  }

  deinit {
    if let multi = unsafe multi { unsafe curl_multi_cleanup(multi) }
  }

  /// Wakes the thread from `sleep()`.
  var waker: LoopWaker? { unsafe multi.map { unsafe LoopWaker(multi: $0) } }

  /// Starts an exchange; fails it if it has been cancelled or cannot be started.
  func add(_ submission: LoopCore.Submission) {
    let (call, continuation) = (submission.call, submission.continuation)
    guard !call.isCancelled else {
      return continuation.resume(returning: .failure(.cancelledEarly))
    }
    do throws(ExchangeError) {
      guard let multi = unsafe multi else { throw .cannotStart("libcurl does not start") }
      let transfer = try Transfer(
        call.request, to: origin, by: route, options: options, sessions: sessions)
      let code = unsafe curl_multi_add_handle(multi, transfer.handle)
      guard code == CURLM_OK else { throw .cannotStart("libcurl error \(code.rawValue)") }
      unsafe active[transfer.handle] = ActiveTransfer(
        transfer: transfer, call: call, continuation: continuation)
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }

  /// Transfers all bytes that can be transferred without waiting, and returns the results of ended exchanges.
  func advance() {
    guard let multi = unsafe multi else { return }
    var running: Int32 = 0
    let code = unsafe curl_multi_perform(multi, &running)
    guard code == CURLM_OK else { return abortAll("libcurl stopped with error \(code.rawValue)") }
    var left: Int32 = 0
    while let message = unsafe curl_multi_info_read(multi, &left) {
      guard unsafe message.pointee.msg == CURLMSG_DONE,
        let handle = unsafe message.pointee.easy_handle
      else { continue }
      // The message is invalid after its handle is removed.
      let code = unsafe cupibulk_curl_message_result(message)
      if let ended = unsafe remove(handle) { finish(ended, ended.transfer.result(code)) }
    }
  }

  /// Waits until a socket is ready, a timeout expires, or the waker is used.
  func sleep() {
    guard let multi = unsafe multi else { return }
    // libcurl wakes up for its own timeouts; one minute is only an upper limit.
    unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
  }

  /// Aborts the exchanges whose callers were cancelled.
  func abortCancelled() {
    abort("the exchange was cancelled") { $0.isCancelled }
  }

  /// Aborts all exchanges with the same reason.
  func abortAll(_ reason: String) {
    abort(reason) { _ in true }
  }

  private func abort(_ reason: String, where isAffected: (ExchangeCall) -> Bool) {
    let affected = unsafe active.values.filter { isAffected($0.call) }
    for aborted in affected {
      unsafe remove(aborted.transfer.handle)
      let error = ExchangeError(
        .cancelled, mayHaveReached: aborted.transfer.hasStartedSending, detail: reason)
      finish(aborted, .failure(error))
    }
  }

  private func finish(_ ended: ActiveTransfer, _ result: ExchangeResult) {
    options.observer?(ended.transfer.trace(of: ended.call.request, result))
    ended.continuation.resume(returning: result)
  }

  @discardableResult
  private func remove(_ handle: UnsafeMutableRawPointer) -> ActiveTransfer? {
    if let multi = unsafe multi { unsafe curl_multi_remove_handle(multi, handle) }
    return unsafe active.removeValue(forKey: handle)
  }
}

/// Wakes the loop's thread; may be used from any thread while its multi handle exists.
///
/// Unchecked: `curl_multi_wakeup` is the only call that libcurl allows on other threads than the handle's.
@safe struct LoopWaker: @unchecked Sendable {
  private let multi: UnsafeMutableRawPointer

  fileprivate init(multi: UnsafeMutableRawPointer) { unsafe self.multi = unsafe multi }

  func wake() { unsafe curl_multi_wakeup(multi) }
}
