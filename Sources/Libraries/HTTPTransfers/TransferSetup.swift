import CCurl
import HTTPMessages

/// Sets options on an easy handle, and throws if libcurl refuses one.
@safe struct TransferSetup {
  let handle: UnsafeMutableRawPointer

  /// Sets the server and the timeouts.
  func setRoute(_ route: TransferRoute) throws(ExchangeError) {
    try set(CURLOPT_URL, text: route.url)
    try set(CURLOPT_PROTOCOLS_STR, text: route.scheme)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    try set(CURLOPT_FOLLOWLOCATION, 0)
    // Signals concern the whole process; libcurl must not use them on this thread.
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    if route.isLoopback { try set(CURLOPT_NOPROXY, text: "*") }
    try set(CURLOPT_CONNECTTIMEOUT_MS, route.connectMilliseconds)
    try set(CURLOPT_TIMEOUT_MS, route.transferMilliseconds)
    try set(CURLOPT_LOW_SPEED_LIMIT, 1)
    try set(CURLOPT_LOW_SPEED_TIME, route.stallSeconds)
    try set(CURLOPT_MAXAGE_CONN, route.idleSeconds)
    try UndeliveredBytes.setTimeout(on: self, milliseconds: route.transferMilliseconds)
  }

  /// Sets how the server is verified.
  func setTrust(_ trust: ServerTrust) throws(ExchangeError) {
    let verifies = trust != .unverified
    switch trust {
    case .system: break
    case .authorities(let file):
      try set(CURLOPT_CAINFO, text: file)
      // Otherwise, libcurl would still use its built-in folder of authorities.
      try set(CURLOPT_CAPATH, text: nil)
    case .pinned(let pin):
      try set(CURLOPT_PINNEDPUBLICKEY, text: pin)
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
      return
    case .unverified: break
    }
    try set(CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0)
    try set(CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
  }

  /// Sets method, target and body; any method with a body is set up as POST with another method name.
  func setRequest(_ request: HTTPRequest) throws(ExchangeError) {
    // The target is sent unchanged; libcurl would normalize a URL. A proxy without a tunnel would need the whole
    // URL, but plain HTTP is only used for loopback addresses, which need no proxy.
    try set(CURLOPT_REQUEST_TARGET, text: request.target)
    if request.method == .head {
      try set(CURLOPT_NOBODY, 1)
    } else if request.body.isEmpty && request.method != .post && request.method != .put {
      try set(CURLOPT_HTTPGET, 1)
    } else {
      try set(CURLOPT_POST, 1)
      try check(
        unsafe cupibulk_curl_set_size(
          handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)),
        CURLOPT_POSTFIELDSIZE_LARGE)
      let code = unsafe request.body.withUnsafeBytes { body in
        unsafe cupibulk_curl_copy_body(handle, body.baseAddress)
      }
      try check(code, CURLOPT_COPYPOSTFIELDS)
    }
    try set(CURLOPT_CUSTOMREQUEST, text: request.method.rawValue)
  }

  func set(_ option: CURLoption, _ value: Int) throws(ExchangeError) {
    try check(unsafe cupibulk_curl_set_long(handle, option, value), option)
  }

  func set(_ option: CURLoption, text: String?) throws(ExchangeError) {
    try check(unsafe cupibulk_curl_set_text(handle, option, text), option)
  }

  func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) throws(ExchangeError) {
    try check(unsafe cupibulk_curl_set_pointer(handle, option, pointer), option)
  }

  func check(_ code: CURLcode, _ option: CURLoption) throws(ExchangeError) {
    guard code == CURLE_OK else {
      throw .cannotStart("libcurl refused option \(option.rawValue) with error \(code.rawValue)")
    }
  }
}

extension HTTPRequest {
  /// Throws if the method or target contains a character that would alter the structure of the request.
  func checkLineForWire() throws(ExchangeError) {
    guard !method.rawValue.isEmpty, method.rawValue.isVisibleASCII() else {
      throw .cannotStart("the request's method is not one word")
    }
    guard target.utf8.first == UInt8(ascii: "/"), target.isVisibleASCII(but: UInt8(ascii: "#"))
    else { throw .cannotStart("the request's target is not a path in percent encoding") }
  }

  /// Throws if a header field contains a character that would alter the structure of the request.
  func checkHeaderForWire() throws(ExchangeError) {
    for line in headerFields.lines {
      guard !line.name.isEmpty, line.name.isVisibleASCII(but: UInt8(ascii: ":")),
        line.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      else {
        throw .cannotStart("a header field of the request holds a control character")
      }
    }
  }

  /// The header lines in libcurl's format; those that libcurl would add are disabled.
  var wireHeaderLines: [String] {
    let own = headerFields.lines.map { line in
      // A semicolon makes libcurl send a field without a value.
      line.value.isEmpty ? "\(line.name);" : "\(line.name): \(line.value)"
    }
    let unwanted = ["Accept", "Content-Type", "Expect"].filter { headerFields[$0] == nil }
    return own + unwanted.map { "\($0):" }
  }
}

extension String {
  /// True if all characters are visible ASCII characters other than the excluded one.
  fileprivate func isVisibleASCII(but excluded: UInt8? = nil) -> Bool {
    let bytes = utf8.span
    for index in bytes.indices {
      let byte = bytes[index]
      guard byte > 0x20, byte < 0x7F, byte != excluded else { return false }
    }
    return true
  }
}
