import CCurl
import HTTPMessages

/// Owns an easy handle, its header list, its error buffer and its partial response; libcurl points to all of them.
///
/// A handle is used for one exchange only: libcurl 7.88 keeps a pointer to the last header
/// line of one exchange into the next, and frees it twice (docs/decisions/0027).
///
/// Only the loop's thread uses it.
@safe final class Transfer {
  let handle: UnsafeMutableRawPointer
  private let origin: Origin
  /// Kept until the handle, which points to it, is freed.
  private let sessions: SharedSessions
  private let errorText: UnsafeMutableBufferPointer<CChar>
  private var collector: ResponseCollector
  private var headerLines: UnsafeMutablePointer<curl_slist>?
  /// How many times libcurl was about to send the request.
  private var sendAttempts = 0
  /// True if the request may be sent a second time; see `maySend`.
  private let isRepeatable: Bool

  /// Creates a handle for a request without sending it.
  ///
  /// - Throws: `ExchangeError` if the request cannot be sent.
  init(
    _ request: HTTPRequest, to origin: Origin, by route: TransferRoute, options: TransferOptions,
    sessions: SharedSessions
  ) throws(ExchangeError) {
    guard let handle = unsafe curl_easy_init() else {
      throw .cannotStart("libcurl has no memory for a transfer")
    }
    self.origin = origin
    self.sessions = sessions
    collector = ResponseCollector(options)
    isRepeatable = request.method.isSafe && request.headerFields["Authorization"] == nil
    unsafe self.handle = handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0)
    try request.checkLineForWire()
    try request.checkHeaderForWire()
    let setup = unsafe TransferSetup(handle: handle)
    try unsafe setup.set(CURLOPT_SHARE, pointer: sessions.handle)
    try setup.setRoute(route)
    try setup.setTrust(options.trust)
    try setUpCallbacks(setup)
    try setup.setRequest(request)
    try setUpHeaderLines(of: request, setup)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headerLines)
    unsafe errorText.deallocate()
  }

  /// True once libcurl was about to send the request: from then on, the request may have had an effect.
  var hasStartedSending: Bool { sendAttempts > 0 }

  /// The result for the caller when libcurl has ended the transfer with this code.
  func result(_ code: CURLcode) -> ExchangeResult {
    if code == CURLE_OK && collector.headersEnded {
      let status = unsafe cupibulk_curl_info_long(handle, CURLINFO_RESPONSE_CODE)
      return .success(collector.response(status: status))
    }
    // libcurl treats a truncated header as a complete response.
    let text =
      code == CURLE_OK
      ? "its header has no end"
      : unsafe errorText.baseAddress.map { unsafe String(cString: $0) } ?? ""
    let failure = TransferFailure(
      code: code, systemError: unsafe Int32(cupibulk_curl_info_long(handle, CURLINFO_OS_ERRNO)),
      hasStartedSending: hasStartedSending, hasResponseBytes: !collector.isEmpty,
      isTooLarge: collector.isTooLarge,
      text: text)
    return .failure(failure.error(at: origin))
  }

  func trace(of request: HTTPRequest, _ result: ExchangeResult) -> ExchangeTrace {
    ExchangeTrace(
      request: request, result: result,
      duration: .microseconds(unsafe cupibulk_curl_info_size(handle, CURLINFO_TOTAL_TIME_T)),
      firstByte: .microseconds(
        unsafe cupibulk_curl_info_size(handle, CURLINFO_STARTTRANSFER_TIME_T)),
      bodyBytesReceived: collector.body.count)
  }

  private func setUpHeaderLines(
    of request: HTTPRequest, _ setup: TransferSetup
  ) throws(ExchangeError) {
    for line in request.wireHeaderLines {
      guard let list = unsafe curl_slist_append(headerLines, line) else {
        throw .cannotStart("libcurl has no memory for header lines")
      }
      unsafe headerLines = list
    }
    try unsafe setup.set(CURLOPT_HTTPHEADER, pointer: headerLines)
  }

  private func setUpCallbacks(_ setup: TransferSetup) throws(ExchangeError) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    try unsafe setup.set(CURLOPT_ERRORBUFFER, pointer: errorText.baseAddress)
    try unsafe setup.set(CURLOPT_PREREQDATA, pointer: context)
    try unsafe setup.set(CURLOPT_HEADERDATA, pointer: context)
    try unsafe setup.set(CURLOPT_WRITEDATA, pointer: context)
    try setup.check(
      unsafe cupibulk_curl_set_prerequest(handle) { context, _, _, _, _ in
        guard let transfer = unsafe Transfer.at(context) else { return CURL_PREREQFUNC_ABORT }
        return transfer.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      }, CURLOPT_PREREQFUNCTION)
    try setup.check(
      unsafe cupibulk_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) {
        bytes, size, count, context in
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
          .bindMemory(to: UInt8.self)
        let isAccepted = unsafe Transfer.at(context)?.collector.takeHeaderLine(line.span) ?? false
        return isAccepted ? size * count : Int(CURL_WRITEFUNC_ERROR)
      }, CURLOPT_HEADERFUNCTION)
    try setup.check(
      unsafe cupibulk_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) {
        bytes, size, count, context in
        let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        let isAccepted = unsafe Transfer.at(context)?.collector.takeBody(part.bytes) ?? false
        return isAccepted ? size * count : Int(CURL_WRITEFUNC_ERROR)
      }, CURLOPT_WRITEFUNCTION)
  }

  /// Decides whether libcurl may send the request; libcurl calls this before each attempt.
  ///
  /// libcurl sends a request again if a reused connection ends without a response. A write may already have had
  /// an effect by then, so only reads may be sent a second time, and only without credentials, because servers
  /// count logins.
  private func maySend() -> Bool {
    sendAttempts += 1
    return sendAttempts == 1 || isRepeatable
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
