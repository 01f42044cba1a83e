/// The TLS sessions that all transfers of one loop share; used by the loop's thread alone.
import CCurl

/// Owns libcurl's share handle, so that a new connection resumes the TLS session of an earlier one.
///
/// Connections and resolved names are shared by the multi handle; TLS sessions would end with their easy
/// handle. No lock functions are set, because one thread uses it. Whoever has set it on an easy handle
/// keeps this object until that handle is gone.
@safe final class SharedSessions {
  /// `nil` where libcurl has no memory for it: each handshake is then a full one.
  let handle: UnsafeMutableRawPointer?

  init() {
    unsafe handle = unsafe curl_share_init()
    guard let handle = unsafe handle else { return }
    unsafe cupibulk_curl_share(handle, CURL_LOCK_DATA_SSL_SESSION)
  }

  deinit { unsafe curl_share_cleanup(handle) }
}
