import CMicroHTTPD
import Dispatch
import Glibc

/// Owns a daemon and the C strings that it points to; `stop` must be called once.
///
/// Unchecked: nothing changes after `init`, and libmicrohttpd may be called from any thread.
@safe final class Daemon: @unchecked Sendable {
  private let handle: OpaquePointer
  /// Kept alive here, because the daemon holds an unretained pointer to it.
  private let core: ListenerCore
  private let acceptor: Acceptor
  private let texts: [UnsafeMutablePointer<CChar>?]

  /// Starts to serve a listening socket (`MHD_start_daemon`); `nil` if the daemon does not start.
  ///
  /// - Parameters:
  ///   - socket: The socket; its descriptor is closed with the daemon, or if the daemon does not start.
  ///   - core: Processes the requests.
  ///   - connectionLimit: The maximum number of simultaneous connections; more wait until one ends.
  ///   - idleSeconds: The seconds after which an idle connection is closed.
  init?(
    on socket: ListeningSocket, core: ListenerCore, connectionLimit: UInt32, idleSeconds: UInt32
  ) {
    let certificate = core.certificate
    let key = unsafe certificate.flatMap { unsafe strdup($0.key) }
    let chain = unsafe certificate.flatMap { unsafe strdup($0.certificate) }
    unsafe texts = unsafe [key, chain]
    self.core = core
    acceptor = Acceptor(socket, limit: connectionLimit)
    let started = unsafe cupibulk_mhd_start(
      // The acceptor enforces the limit; this higher one is never reached.
      connectionLimit * 2, idleSeconds,
      { _, target, _ in
        let text = unsafe target.map { unsafe String(cString: $0) } ?? ""
        return unsafe Unmanaged.passRetained(RequestInProgress(target: text)).toOpaque()
      },
      { core, connection, _, method, version, piece, size, context in
        guard let core = unsafe core, let connection = unsafe connection,
          let method = unsafe method, let version = unsafe version, let size = unsafe size,
          let context = unsafe context?.pointee
        else { return .NO }
        let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: size.pointee)
        unsafe size.pointee = 0
        return unsafe Unmanaged<ListenerCore>.fromOpaque(core).takeUnretainedValue().handle(
          Unmanaged<RequestInProgress>.fromOpaque(context).takeUnretainedValue(), connection,
          method: String(cString: method), version: String(cString: version), piece: bytes)
      },
      { core, _, context, _ in
        guard let core = unsafe core, let request = unsafe context?.pointee else { return }
        unsafe Unmanaged<ListenerCore>.fromOpaque(core).takeUnretainedValue().complete(
          Unmanaged<RequestInProgress>.fromOpaque(request).takeRetainedValue())
      }, Unmanaged.passUnretained(core).toOpaque(),
      { acceptor, _, _, code in
        guard let acceptor = unsafe acceptor, code == .CONNECTION_NOTIFY_CLOSED else { return }
        unsafe Unmanaged<Acceptor>.fromOpaque(acceptor).takeUnretainedValue().connectionEnded()
      }, Unmanaged.passUnretained(acceptor).toOpaque(), key, chain)
    guard let started = unsafe started else {
      close(socket.descriptor)
      unsafe texts.forEach { unsafe free($0) }
      return nil
    }
    unsafe handle = unsafe started
    guard acceptor.start({ [self] socket in accept(socket) }) else {
      unsafe MHD_stop_daemon(started)
      close(socket.descriptor)
      return nil
    }
  }

  deinit { unsafe texts.forEach { unsafe free($0) } }

  private func accept(_ socket: Int32) -> Acceptor.AcceptResult {
    switch unsafe cupibulk_mhd_accept(handle, socket) {
    case 1: .opened
    case 0: .closed
    default: .failed(errno)
    }
  }

  /// Accepts no more connections, waits up to 5 s for pending responses, and closes all connections.
  ///
  /// Requests that wait for a slot or for their release are not processed.
  func stop() {
    acceptor.stop()
    core.close()
    _ = core.responding.wait(timeout: .now() + .seconds(5))
    unsafe MHD_stop_daemon(handle)
  }
}
