// What a request meets on its way from the daemon to the sandbox and back, and where it waits.

import CMicroHTTPD
import Dispatch
import HTTPMessages
import Synchronization

/// What all connections of a listener share.
final class ListenerCore: Sendable {
  /// Bytes of one body after which the connection is closed without an answer.
  private static let patience = 64 << 20

  let sandbox: Sandbox
  let certificate: ServerCertificate?
  private let hosts: HostNames
  private let idleSeconds: UInt32
  private let waiting = WaitingRoom()
  /// Entered while an answer is being made or sent.
  let answering = DispatchGroup()

  /// - Parameters:
  ///   - sandbox: what answers.
  ///   - certificate: speaks TLS with it.
  ///   - hosts: the names under which it may be reached.
  ///   - idleSeconds: seconds after which an idle connection is closed.
  init(
    sandbox: Sandbox, certificate: ServerCertificate?, hosts: HostNames, idleSeconds: UInt32
  ) {
    self.sandbox = sandbox
    self.certificate = certificate
    self.hosts = hosts
    self.idleSeconds = idleSeconds
  }

  /// Lets no request wait any longer: what was not done yet is not done.
  func close() { waiting.close() }

  /// The daemon has a piece of a request for us: first the head alone, then the body, then nothing.
  func handle(
    _ request: RequestInProgress, _ connection: OpaquePointer, method: String,
    version: String, piece: UnsafeRawBufferPointer
  ) -> MHD_Result {
    guard request.hasBegun else {
      unsafe request.begin(method: method, version: version, connection: connection)
      return request.refusal(hosts).map { unsafe queue($0, on: connection) } ?? .YES
    }
    guard unsafe piece.isEmpty else {
      unsafe request.take(piece)
      return request.received > Self.patience ? .NO : .YES
    }
    request.isBeingAnswered = true
    answering.enter()
    if request.isTooLarge { return unsafe queue(request.tooLarge, on: connection) }
    // A connection is not idle while its request waits.
    unsafe cupibulk_mhd_set_idle_limit(connection, 0)
    let answer = answer(to: request)
    unsafe cupibulk_mhd_set_idle_limit(connection, idleSeconds)
    switch answer {
    case .respond(let answer): return unsafe queue(answer, on: connection)
    case .truncate(let answer): return unsafe queue(answer, truncated: true, on: connection)
    case .close: return .NO
    case .reset:
      unsafe cupibulk_mhd_reset(connection)
      return .NO
    }
  }

  /// Leads a request through the sandbox; this connection's thread waits where the request has to.
  private func answer(to request: RequestInProgress) -> SandboxAnswer {
    switch request.begin(in: sandbox) {
    case .answer(let answer): return .respond(answer)
    case .visit(var visit):
      while true {
        switch visit.step() {
        case .done(let answer): return answer
        case .wait(let bell, let limit):
          if !waiting.wait(for: bell, atMost: limit) { visit.close() }
        }
      }
    }
  }

  /// The daemon is done with a request, sent or cut.
  func complete(_ request: RequestInProgress) {
    if request.isBeingAnswered { answering.leave() }
  }

  /// Hands an answer to the daemon (`MHD_queue_response`).
  private func queue(
    _ answer: HTTPResponse, truncated: Bool = false, on connection: OpaquePointer
  ) -> MHD_Result {
    let made = unsafe truncated ? TruncatedBody(answer.body).response : response(answer.body)
    guard let response = unsafe made else { return .NO }
    defer { unsafe MHD_destroy_response(response) }
    for line in answer.headerFields.lines {
      unsafe MHD_add_response_header(response, line.name, line.value)
    }
    return unsafe MHD_queue_response(connection, UInt32(answer.status), response)
  }

  private func response(_ body: [UInt8]) -> OpaquePointer? {
    var body = body
    return unsafe body.withUnsafeMutableBytes { buffer in
      unsafe MHD_create_response_from_buffer(
        buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
    }
  }
}

/// The requests of a listener that wait, so that its end can wake them.
final class WaitingRoom: Sendable {
  private struct Guests {
    var bells: [ObjectIdentifier: Bell] = [:]
    var isClosed = false
  }

  private let guests = Mutex(Guests())

  /// Waits until the bell rings or the time is over.
  ///
  /// - Returns: false once the room is closed; then it does not wait.
  func wait(for bell: Bell, atMost limit: Duration?) -> Bool {
    let isOpen = guests.withLock { guests in
      if !guests.isClosed { guests.bells[ObjectIdentifier(bell)] = bell }
      return !guests.isClosed
    }
    if isOpen { bell.wait(atMost: limit) }
    return guests.withLock { guests in
      guests.bells[ObjectIdentifier(bell)] = nil
      return !guests.isClosed
    }
  }

  /// Wakes all who wait, and lets nobody wait again.
  func close() {
    let bells = guests.withLock { guests in
      guests.isClosed = true
      return Array(guests.bells.values)
    }
    for bell in bells { bell.ring() }
  }
}
