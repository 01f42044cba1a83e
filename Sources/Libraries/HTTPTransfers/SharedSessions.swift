import CCurl

/// Owns a libcurl share handle, so that a new connection can resume the TLS session of an earlier one.
///
/// The multi handle shares connections and resolved names; without this object, a TLS session would end with its
/// easy handle. No lock functions are set, because only one thread uses it. The user of an easy handle that has
/// this share handle must keep this object until the easy handle is freed.
@safe final class SharedSessions {
  /// The share handle; `nil` if libcurl has no memory for it: each handshake is then a full one.
  let handle: UnsafeMutableRawPointer?

  init() {
    unsafe handle = unsafe curl_share_init()
    guard let handle = unsafe handle else { return }
    unsafe cupibulk_curl_share(handle, CURL_LOCK_DATA_SSL_SESSION)
  }

  deinit { unsafe curl_share_cleanup(handle) }
}
