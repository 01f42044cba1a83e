/// The transfers in flight, on one libcurl multi handle; used by the loop's thread alone.
import CCurl
import HTTPMessages

@safe final class TransferSet {
  /// The first use of libcurl in this process (curl_global_init, which must run once).
  static let libraryStatus = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  /// How many idle connections are kept.
  ///
  /// libcurl by itself keeps four for each transfer that is under way: after a burst of many it would close
  /// some, and the next burst would open them again, each with a handshake.
  private static let mostKept = 100

  private struct Flight {
    var transfer: Transfer
    var call: ExchangeCall
    var continuation: ExchangeContinuation
  }

  private let multi: UnsafeMutableRawPointer?
  private let origin: Origin
  private let route: TransferRoute
  private let options: TransferOptions
  private var flights: [UnsafeMutableRawPointer: Flight] = unsafe [:]
  private let sessions = SharedSessions()

  init(origin: Origin, options: TransferOptions) {
    self.origin = origin
    route = TransferRoute(to: origin, options)
    self.options = options
    unsafe self.multi = Self.libraryStatus == CURLE_OK ? unsafe curl_multi_init() : nil
    // A refusal only costs connections, so nobody has to know.
    if let multi = unsafe multi { unsafe cupibulk_curl_keep_connections(multi, Self.mostKept) }
  }

  deinit {
    if let multi = unsafe multi { unsafe curl_multi_cleanup(multi) }
  }

  /// Wakes the thread out of `sleep()`.
  var alarm: LoopAlarm? { unsafe multi.map { unsafe LoopAlarm(multi: $0) } }

  /// Begins an exchange, unless it was cancelled meanwhile or cannot begin.
  func add(_ submission: LoopCore.Submission) {
    let (call, continuation) = (submission.call, submission.continuation)
    guard !call.isCancelled else {
      return continuation.resume(returning: .failure(.cancelledEarly))
    }
    do throws(ExchangeError) {
      guard let multi = unsafe multi else { throw .cannotBegin("libcurl does not start") }
      let transfer = try Transfer(
        call.request, to: origin, by: route, options: options, sessions: sessions)
      let code = unsafe curl_multi_add_handle(multi, transfer.handle)
      guard code == CURLM_OK else { throw .cannotBegin("libcurl error \(code.rawValue)") }
      unsafe flights[transfer.handle] = Flight(
        transfer: transfer, call: call, continuation: continuation)
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }

  /// Moves what bytes can be moved, and hands out what has ended.
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
      // The message is gone once its handle is removed.
      let code = unsafe cupibulk_curl_message_result(message)
      if let flight = unsafe remove(handle) { finish(flight, flight.transfer.result(code)) }
    }
  }

  /// Waits until a socket is ready, a time is up, or somebody rings the alarm.
  func sleep() {
    guard let multi = unsafe multi else { return }
    // libcurl wakes by itself for its own time limits; a minute is only a bound.
    unsafe curl_multi_poll(multi, nil, 0, 60_000, nil)
  }

  /// Aborts the exchanges whose callers no longer want them.
  func abortCancelled() {
    abort("the exchange was cancelled") { $0.isCancelled }
  }

  /// Aborts every exchange for the same reason.
  func abortAll(_ reason: String) {
    abort(reason) { _ in true }
  }

  private func abort(_ reason: String, where isMeant: (ExchangeCall) -> Bool) {
    let meant = unsafe flights.values.filter { isMeant($0.call) }
    for flight in meant {
      unsafe remove(flight.transfer.handle)
      let error = ExchangeError(
        .cancelled, mayHaveReached: flight.transfer.hasBegun, detail: reason)
      finish(flight, .failure(error))
    }
  }

  private func finish(_ flight: Flight, _ result: ExchangeResult) {
    options.observer?(flight.transfer.trace(of: flight.call.request, result))
    flight.continuation.resume(returning: result)
  }

  @discardableResult
  private func remove(_ handle: UnsafeMutableRawPointer) -> Flight? {
    if let multi = unsafe multi { unsafe curl_multi_remove_handle(multi, handle) }
    return unsafe flights.removeValue(forKey: handle)
  }
}

/// Wakes the loop's thread; safe to ring from any thread while its multi handle lives.
///
/// Unchecked, because `curl_multi_wakeup` is the one call that libcurl allows off the thread that
/// owns the handle.
@safe struct LoopAlarm: @unchecked Sendable {
  private let multi: UnsafeMutableRawPointer

  fileprivate init(multi: UnsafeMutableRawPointer) { unsafe self.multi = unsafe multi }

  func ring() { unsafe curl_multi_wakeup(multi) }
}
