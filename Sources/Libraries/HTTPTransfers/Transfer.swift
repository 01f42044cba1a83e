/// One exchange on one libcurl easy handle; used by the loop's thread alone.
import CCurl
import HTTPMessages

/// Owns the handle, the header list, the error buffer and the answer so far; libcurl keeps pointers
/// to all of them.
///
/// A handle serves one exchange and is never used again: libcurl 7.88 keeps a pointer to the last header
/// line of one exchange into the next, and frees it twice (docs/decisions/0027).
@safe final class Transfer {
  let handle: UnsafeMutableRawPointer
  private let origin: Origin
  /// Kept until the handle, which points to it, is gone.
  private let sessions: SharedSessions
  private let errorText: UnsafeMutableBufferPointer<CChar>
  private var answer: AnswerCollector
  private var headerLines: UnsafeMutablePointer<curl_slist>?
  /// How often libcurl was about to send the request.
  private var beginnings = 0
  /// True if the request may be sent a second time; see `mayBegin`.
  private let isRepeatable: Bool

  /// Makes a handle for a request and sends nothing; throws if it cannot be put on the wire.
  init(
    _ request: HTTPRequest, to origin: Origin, by route: TransferRoute, options: TransferOptions,
    sessions: SharedSessions
  ) throws(ExchangeError) {
    guard let handle = unsafe curl_easy_init() else {
      throw .cannotBegin("libcurl has no memory for a transfer")
    }
    self.origin = origin
    self.sessions = sessions
    answer = AnswerCollector(options)
    isRepeatable = request.method.isSafe && request.headerFields["Authorization"] == nil
    unsafe self.handle = handle
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0)
    try request.checkLineForWire()
    try request.checkHeaderForWire()
    let setup = unsafe TransferSetup(handle: handle)
    try unsafe setup.set(CURLOPT_SHARE, pointer: sessions.handle)
    try setup.reach(route)
    try setup.trust(options.trust)
    try setUpCallbacks(setup)
    try setup.ask(request)
    try setUpHeaderLines(of: request, setup)
  }

  deinit {
    unsafe curl_easy_cleanup(handle)
    unsafe curl_slist_free_all(headerLines)
    unsafe errorText.deallocate()
  }

  /// True once the request was about to be sent: from then on it may have had an effect.
  var hasBegun: Bool { beginnings > 0 }

  /// What the caller gets when libcurl has ended the transfer with this code.
  func result(_ code: CURLcode) -> ExchangeResult {
    if code == CURLE_OK && answer.headersEnded {
      let status = unsafe cupibulk_curl_info_long(handle, CURLINFO_RESPONSE_CODE)
      return .success(answer.response(status: status))
    }
    // libcurl takes a header that was cut off for a whole answer.
    let text =
      code == CURLE_OK
      ? "its header has no end"
      : unsafe errorText.baseAddress.map { unsafe String(cString: $0) } ?? ""
    let failure = TransferFailure(
      code: code, systemError: unsafe Int32(cupibulk_curl_info_long(handle, CURLINFO_OS_ERRNO)),
      hasBegun: hasBegun, hasAnswerBytes: !answer.isEmpty, isTooLarge: answer.isTooLarge,
      text: text)
    return .failure(failure.error(at: origin))
  }

  func trace(of request: HTTPRequest, _ result: ExchangeResult) -> ExchangeTrace {
    ExchangeTrace(
      request: request, result: result,
      duration: .microseconds(unsafe cupibulk_curl_info_size(handle, CURLINFO_TOTAL_TIME_T)),
      firstByte: .microseconds(
        unsafe cupibulk_curl_info_size(handle, CURLINFO_STARTTRANSFER_TIME_T)),
      bodyBytesReceived: answer.body.count)
  }

  private func setUpHeaderLines(
    of request: HTTPRequest, _ setup: TransferSetup
  ) throws(ExchangeError) {
    for line in request.wireHeaderLines {
      guard let longer = unsafe curl_slist_append(headerLines, line) else {
        throw .cannotBegin("libcurl has no memory for header lines")
      }
      unsafe headerLines = longer
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
        return transfer.mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      }, CURLOPT_PREREQFUNCTION)
    try setup.check(
      unsafe cupibulk_curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) {
        bytes, size, count, context in
        let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
          .bindMemory(to: UInt8.self)
        let taken = unsafe Transfer.at(context)?.answer.takeHeaderLine(line.span) ?? false
        return taken ? size * count : Int(CURL_WRITEFUNC_ERROR)
      }, CURLOPT_HEADERFUNCTION)
    try setup.check(
      unsafe cupibulk_curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) {
        bytes, size, count, context in
        let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
        let taken = unsafe Transfer.at(context)?.answer.takeBody(part.bytes) ?? false
        return taken ? size * count : Int(CURL_WRITEFUNC_ERROR)
      }, CURLOPT_WRITEFUNCTION)
  }

  /// libcurl asks this before each sending.
  ///
  /// It would send a request again when a kept connection ends without an answer. A write may have
  /// had its effect by then, so only reads get a second sending; and credentials do not, because
  /// servers count logins.
  private func mayBegin() -> Bool {
    beginnings += 1
    return beginnings == 1 || isRepeatable
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
