import CCurl
import Glibc
import HTTPMessages

/// Limits the time in which the kernel may deliver the bytes of a request (docs/decisions/0029).
///
/// After a socket is closed, or its process has ended, the kernel keeps sending unacknowledged bytes for minutes:
/// a creation could be processed after the program has abandoned it, or has searched for its result in vain.
enum UndeliveredBytes {
  /// Makes connections of this handle drop bytes that are not acknowledged in time (`TCP_USER_TIMEOUT`, tcp(7)).
  ///
  /// The kernel applies the timeout even after the process has ended.
  static func setTimeout(on setup: TransferSetup, milliseconds: Int) throws(ExchangeError) {
    let time = unsafe UnsafeMutableRawPointer(bitPattern: milliseconds)
    try unsafe setup.set(CURLOPT_SOCKOPTDATA, pointer: time)
    try setup.check(
      unsafe cupibulk_curl_set_socket_functions(
        setup.handle,
        { time, socket, _ in
          var milliseconds = UInt32(clamping: Int(bitPattern: time))
          let size = socklen_t(MemoryLayout<UInt32>.size)
          // A kernel without this option uses its own timeout; nothing better is available.
          unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, size)
          return CURL_SOCKOPT_OK
        },
        { _, socket in UndeliveredBytes.close(socket) }), CURLOPT_SOCKOPTFUNCTION)
  }

  /// Closes a connection; resets it if the server has not acknowledged all bytes.
  static func close(_ socket: Int32) -> Int32 {
    var left: Int32 = 0
    if unsafe ioctl(socket, UInt(TIOCOUTQ), &left) == 0, left > 0 {
      var reset = linger(l_onoff: 1, l_linger: 0)
      unsafe setsockopt(
        socket, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
    }
    return Glibc.close(socket)
  }
}
