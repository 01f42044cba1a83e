/// What the kernel may still deliver of a request that was given up: nothing, after the request's time-out.
import CCurl
import Glibc
import HTTPMessages

/// Bounds how long the bytes of a request may be on their way (docs/decisions/0029).
///
/// A socket that is closed, or whose process has died, stays in the kernel until its bytes are acknowledged, and for
/// minutes they are sent again: a creation that the program has given up, or looked for in vain, would be done later.
enum UndeliveredBytes {
  /// Lets connections of this handle drop what is not acknowledged within a time (`TCP_USER_TIMEOUT`, tcp(7)).
  ///
  /// The kernel keeps to it also when the process has ended.
  static func bound(_ setup: TransferSetup, to milliseconds: Int) throws(ExchangeError) {
    let time = unsafe UnsafeMutableRawPointer(bitPattern: milliseconds)
    try unsafe setup.set(CURLOPT_SOCKOPTDATA, pointer: time)
    try setup.check(
      unsafe cupibulk_curl_set_socket_functions(
        setup.handle,
        { time, socket, _ in
          var milliseconds = UInt32(clamping: Int(bitPattern: time))
          let size = socklen_t(MemoryLayout<UInt32>.size)
          // A kernel without it keeps its own time, which is as good as can be had.
          unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, size)
          return CURL_SOCKOPT_OK
        },
        { _, socket in UndeliveredBytes.close(socket) }), CURLOPT_SOCKOPTFUNCTION)
  }

  /// Closes a connection, and resets it where bytes are left that the other side has not acknowledged.
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
