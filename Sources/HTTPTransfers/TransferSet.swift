/// The transfers in flight, on one libcurl multi handle; used by the loop's thread alone.
import CCurl
import HTTPMessages

@safe final class TransferSet {
  /// The first use of libcurl in this process (curl_global_init, which must run once).
  static let libraryStatus = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  private struct Flight {
    var transfer: Transfer
    var continuation: ExchangeContinuation
  }

  private let multi: UnsafeMutableRawPointer?
  private let origin: Origin
  private let options: TransferOptions
  private var flights: [UnsafeMutableRawPointer: Flight] = unsafe [:]

  init(origin: Origin, options: TransferOptions) {
    self.origin = origin
    self.options = options
    unsafe self.multi = Self.libraryStatus == CURLE_OK ? unsafe curl_multi_init() : nil
  }

  deinit {
    if let multi = unsafe multi { unsafe curl_multi_cleanup(multi) }
  }

  /// Wakes the thread out of `sleep()`.
  var alarm: LoopAlarm? { unsafe multi.map { unsafe LoopAlarm(multi: $0) } }

  /// Begins an exchange, unless it was cancelled meanwhile or cannot begin.
  func add(_ submission: LoopCore.Submission) {
    guard !submission.call.isCancelled else {
      return submission.continuation.resume(returning: .failure(.cancelledEarly))
    }
    do throws(ExchangeError) {
      guard let multi = unsafe multi else { throw .cannotBegin("libcurl does not start") }
      let transfer = try Transfer(submission.call, to: origin, options: options)
      let code = unsafe curl_multi_add_handle(multi, transfer.handle)
      guard code == CURLM_OK else { throw .cannotBegin("libcurl error \(code.rawValue)") }
      unsafe flights[transfer.handle] = Flight(
        transfer: transfer, continuation: submission.continuation)
    } catch {
      submission.continuation.resume(returning: .failure(error))
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
        let handle = unsafe message.pointee.easy_handle,
        let flight = unsafe remove(handle)
      else { continue }
      let result = unsafe flight.transfer.result(cupibulk_curl_message_result(message))
      options.observer?(flight.transfer.trace(result))
      flight.continuation.resume(returning: result)
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
    abort("the exchange was cancelled") { $0.call.isCancelled }
  }

  /// Aborts every exchange for the same reason.
  func abortAll(_ reason: String) {
    abort(reason) { _ in true }
  }

  private func abort(_ reason: String, where isMeant: (Transfer) -> Bool) {
    let meant = unsafe flights.values.filter { isMeant($0.transfer) }
    for flight in meant {
      unsafe remove(flight.transfer.handle)
      let error = ExchangeError(
        .cancelled, mayHaveReached: flight.transfer.hasBegun, detail: reason)
      options.observer?(flight.transfer.trace(.failure(error)))
      flight.continuation.resume(returning: .failure(error))
    }
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
