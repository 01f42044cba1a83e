import CMicroHTTPD
import Dispatch
import HTTPMessages
import Synchronization

/// The state that all connections of a listener share.
final class ListenerCore: Sendable {
  /// The body size in bytes above which the connection is closed without a response.
  private static let hardBodyLimit = 64 << 20

  let sandbox: Sandbox
  let certificate: ServerCertificate?
  private let hosts: HostNames
  private let idleSeconds: UInt32
  private let waiting = WaitingSignals()
  /// Entered while a response is being made or sent.
  let responding = DispatchGroup()

  /// - Parameters:
  ///   - sandbox: Processes the requests.
  ///   - certificate: The certificate for TLS; `nil` for plain HTTP.
  ///   - hosts: The allowed values of `Host`.
  ///   - idleSeconds: The seconds after which an idle connection is closed.
  init(
    sandbox: Sandbox, certificate: ServerCertificate?, hosts: HostNames, idleSeconds: UInt32
  ) {
    self.sandbox = sandbox
    self.certificate = certificate
    self.hosts = hosts
    self.idleSeconds = idleSeconds
  }

  /// Ends the waiting of all requests: those that have not been processed yet are skipped.
  func close() { waiting.close() }

  /// Handles the next part of a request: first the head alone, then pieces of the body, then an empty piece.
  func handle(
    _ request: RequestInProgress, _ connection: OpaquePointer, method: String,
    version: String, piece: UnsafeRawBufferPointer
  ) -> MHD_Result {
    guard request.hasBegun else {
      unsafe request.begin(method: method, version: version, connection: connection)
      return request.headRefusal(hosts).map { unsafe queue($0, on: connection) } ?? .YES
    }
    guard unsafe piece.isEmpty else {
      unsafe request.take(piece)
      return request.received > Self.hardBodyLimit ? .NO : .YES
    }
    request.isBeingProcessed = true
    responding.enter()
    if request.isTooLarge { return unsafe queue(request.tooLargeResponse, on: connection) }
    // A connection is not idle while its request waits.
    unsafe cupibulk_mhd_set_idle_limit(connection, 0)
    let action = action(for: request)
    unsafe cupibulk_mhd_set_idle_limit(connection, idleSeconds)
    switch action {
    case .respond(let response): return unsafe queue(response, on: connection)
    case .truncate(let response): return unsafe queue(response, truncated: true, on: connection)
    case .close: return .NO
    case .reset:
      unsafe cupibulk_mhd_reset(connection)
      return .NO
    }
  }

  /// Processes a request in the sandbox; the connection's thread blocks while the request must wait.
  private func action(for request: RequestInProgress) -> ConnectionAction {
    switch request.begin(in: sandbox) {
    case .response(let response): return .respond(response)
    case .lifecycle(var lifecycle):
      while true {
        switch lifecycle.step() {
        case .done(let action): return action
        case .wait(let signal, let timeout):
          if !waiting.wait(for: signal, timeout: timeout) { lifecycle.close() }
        }
      }
    }
  }

  /// Called when the daemon has finished a request, whether or not the response was sent.
  func complete(_ request: RequestInProgress) {
    if request.isBeingProcessed { responding.leave() }
  }

  /// Queues a response in the daemon (`MHD_queue_response`).
  private func queue(
    _ response: HTTPResponse, truncated: Bool = false, on connection: OpaquePointer
  ) -> MHD_Result {
    let made = unsafe truncated ? TruncatedBody(response.body).handle : handle(response.body)
    guard let handle = unsafe made else { return .NO }
    defer { unsafe MHD_destroy_response(handle) }
    for line in response.headerFields.lines {
      unsafe MHD_add_response_header(handle, line.name, line.value)
    }
    return unsafe MHD_queue_response(connection, UInt32(response.status), handle)
  }

  /// A libmicrohttpd response with this body (`MHD_create_response_from_buffer`).
  private func handle(_ body: [UInt8]) -> OpaquePointer? {
    var body = body
    return unsafe body.withUnsafeMutableBytes { buffer in
      unsafe MHD_create_response_from_buffer(
        buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
    }
  }
}

/// The signals that a listener's requests wait for, so that stopping the listener can wake them.
final class WaitingSignals: Sendable {
  private struct State {
    var signals: [ObjectIdentifier: WakeSignal] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Waits until the signal is sent or the timeout expires; does not wait after `close()`.
  ///
  /// - Returns: False once closed.
  func wait(for signal: WakeSignal, timeout: Duration?) -> Bool {
    let isOpen = state.withLock { state in
      if !state.isClosed { state.signals[ObjectIdentifier(signal)] = signal }
      return !state.isClosed
    }
    if isOpen { signal.wait(timeout: timeout) }
    return state.withLock { state in
      state.signals[ObjectIdentifier(signal)] = nil
      return !state.isClosed
    }
  }

  /// Wakes all waiting requests, and prevents further waiting.
  func close() {
    let signals = state.withLock { state in
      state.isClosed = true
      return Array(state.signals.values)
    }
    for signal in signals { signal.send() }
  }
}
