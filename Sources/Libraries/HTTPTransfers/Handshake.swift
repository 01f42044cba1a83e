import Threads
import CCurl
import Glibc
package import HTTPMessages

/// A connection without HTTP, to get a server's certificate: neither a request nor credentials are sent.
package enum Handshake {
  /// Connects and, over https, performs the TLS handshake, with the trust settings in `options`.
  ///
  /// - Returns: The server's certificate; `nil` over http, and if the certificate cannot be parsed.
  /// - Throws: `ExchangeError`, such as `certificateUntrusted`.
  package static func certificate(
    of origin: Origin, options: TransferOptions
  ) async throws(ExchangeError) -> ServerCertificateFacts? {
    let result = await withCheckedContinuation { continuation in
      // libcurl blocks, so it runs on a separate thread, for at most the connect timeout.
      let status = DetachedThread.start { continuation.resume(returning: connect(origin, options)) }
      if status != 0 {
        continuation.resume(
          returning: .failure(.cannotStart("no thread could be started (errno \(status))")))
      }
    }
    return try result.get()
  }

  private static func connect(
    _ origin: Origin, _ options: TransferOptions
  ) -> Result<ServerCertificateFacts?, ExchangeError> {
    // libcurl points to this buffer until the handle is freed.
    let errorText = UnsafeMutableBufferPointer<CChar>.allocate(
      capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0)
    defer { unsafe errorText.deallocate() }
    guard TransferSet.libraryStatus == CURLE_OK, let handle = unsafe curl_easy_init() else {
      return .failure(.cannotStart("libcurl does not start"))
    }
    defer { unsafe curl_easy_cleanup(handle) }
    do throws(ExchangeError) {
      let setup = unsafe TransferSetup(handle: handle)
      try setup.setRoute(TransferRoute(to: origin, options))
      try setup.setTrust(options.trust)
      try setup.set(CURLOPT_CONNECT_ONLY, 1)
      try setup.set(CURLOPT_CERTINFO, 1)
      try unsafe setup.set(CURLOPT_ERRORBUFFER, pointer: errorText.baseAddress)
    } catch {
      return .failure(error)
    }
    let code = unsafe curl_easy_perform(handle)
    guard code == CURLE_OK else {
      let failure = TransferFailure(
        code: code, systemError: unsafe Int32(cupibulk_curl_info_long(handle, CURLINFO_OS_ERRNO)),
        hasStartedSending: false, hasResponseBytes: false, isTooLarge: false,
        text: unsafe errorText.baseAddress.map { unsafe String(cString: $0) } ?? "")
      return .failure(failure.error(at: origin))
    }
    guard origin.scheme == .https else { return .success(nil) }
    return .success(unsafe firstCertificate(handle).flatMap(ServerCertificateFacts.init(pem:)))
  }

  /// The PEM text of the server's own certificate, which is the first in the chain.
  private static func firstCertificate(_ handle: UnsafeMutableRawPointer) -> String? {
    guard let chain = unsafe cupibulk_curl_certificates(handle),
      unsafe chain.pointee.num_of_certs > 0
    else { return nil }
    var entry = unsafe chain.pointee.certinfo[0]
    while let line = unsafe entry {
      let text = unsafe String(cString: line.pointee.data)
      if text.hasPrefix("Cert:") { return String(text.dropFirst("Cert:".count)) }
      unsafe entry = unsafe line.pointee.next
    }
    return nil
  }
}
