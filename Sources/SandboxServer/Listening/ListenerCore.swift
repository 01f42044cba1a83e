// What a request meets on its way from the daemon to the sandbox and back.

import CMicroHTTPD
import Dispatch
import HTTPMessages

/// What all connections of a listener share.
final class ListenerCore: Sendable {
  /// Bytes of one body after which the connection is closed without an answer.
  private static let patience = 64 << 20

  let sandbox: Sandbox
  let certificate: ServerCertificate?
  /// Entered while an answer is being made or sent.
  let answering = DispatchGroup()

  init(sandbox: Sandbox, certificate: ServerCertificate?) {
    self.sandbox = sandbox
    self.certificate = certificate
  }

  /// The daemon has a piece of a request for us: first the head alone, then the body, then nothing.
  func handle(
    _ request: RequestInProgress, _ connection: OpaquePointer, method: String,
    piece: UnsafeRawBufferPointer
  ) -> MHD_Result {
    guard request.hasBegun else {
      let isSmall = unsafe request.begin(method: method, connection: connection)
      return isSmall ? .YES : unsafe queue(request.tooLarge, on: connection)
    }
    guard unsafe piece.isEmpty else {
      unsafe request.take(piece)
      return request.received > Self.patience ? .NO : .YES
    }
    request.isBeingAnswered = true
    answering.enter()
    if request.isTooLarge { return unsafe queue(request.tooLarge, on: connection) }
    switch request.answer(of: sandbox) {
    case .respond(let answer): return unsafe queue(answer, on: connection)
    case .close: return .NO
    }
  }

  /// The daemon is done with a request, sent or cut.
  func complete(_ request: RequestInProgress) {
    if request.isBeingAnswered { answering.leave() }
  }

  /// Hands an answer to the daemon (`MHD_queue_response`).
  private func queue(_ answer: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
    var body = answer.body
    let made = unsafe body.withUnsafeMutableBytes { buffer in
      unsafe MHD_create_response_from_buffer(
        buffer.count, buffer.baseAddress, .RESPMEM_MUST_COPY)
    }
    guard let response = unsafe made else { return .NO }
    defer { unsafe MHD_destroy_response(response) }
    for line in answer.headerFields.lines {
      unsafe MHD_add_response_header(response, line.name, line.value)
    }
    return unsafe MHD_queue_response(connection, UInt32(answer.status), response)
  }
}
