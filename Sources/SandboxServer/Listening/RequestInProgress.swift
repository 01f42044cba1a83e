// One request while libmicrohttpd hands it over piece by piece.

import CMicroHTTPD
import HTTPMessages

/// Gathers one request; libmicrohttpd keeps it as the request's context, on one thread.
final class RequestInProgress {
  /// The largest body that is read, in bytes; what is larger gets 413.
  static let bodyLimit = 1 << 20

  private let target: String
  private var method = HTTPMethod.get
  private var version = ""
  private var headerFields = HeaderFields()
  private var body: [UInt8] = []
  private var peer = Sandbox.Peer.remote
  /// Bytes of the body that came, kept or not.
  private(set) var received = 0
  private(set) var hasBegun = false
  /// True from when an answer is being made until libmicrohttpd is done with the request.
  var isBeingAnswered = false

  init(target: String) { self.target = target }

  var isTooLarge: Bool { received > Self.bodyLimit }

  /// Takes the head of the request.
  func begin(method: String, version: String, connection: OpaquePointer) {
    hasBegun = true
    self.version = version
    self.method = HTTPMethod(rawValue: method)
    peer = unsafe cupibulk_mhd_is_from_loopback(connection) != 0 ? .loopback : .remote
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe MHD_get_connection_values(
      connection, .HEADER_KIND,
      { context, _, name, value in
        guard let context = unsafe context, let name = unsafe name else { return .YES }
        let request = unsafe Unmanaged<RequestInProgress>.fromOpaque(context).takeUnretainedValue()
        let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
        unsafe request.headerFields.append(name: String(cString: name), value: text)
        return .YES
      }, context)
  }

  /// The answer to a head that is not good, or announces a body that is too large; `nil` for a good one.
  func refusal(_ hosts: HostNames) -> HTTPResponse? {
    let head = RequestHead(method: method.rawValue, version: version, fields: headerFields)
    do throws(Refusal) {
      try head.check(for: hosts)
    } catch {
      return error.answer(in: BodyFormat.accepted(headerFields) ?? .xml)
    }
    let announced = headerFields["Content-Length"].flatMap { decimal($0) } ?? 0
    return announced > Self.bodyLimit ? tooLarge : nil
  }

  /// Takes more of the body; what is beyond the limit is counted and dropped.
  func take(_ bytes: UnsafeRawBufferPointer) {
    received += bytes.count
    if isTooLarge {
      body = []
    } else {
      unsafe body.append(contentsOf: bytes)
    }
  }

  /// Lets the whole request into the sandbox.
  func begin(in sandbox: Sandbox) -> Sandbox.Visiting {
    sandbox.begin(
      HTTPRequest(method, target, headerFields: headerFields, body: body), from: peer)
  }

  /// The answer to a body over the limit, in the form that the client wants.
  var tooLarge: HTTPResponse {
    let limit = Self.bodyLimit
    return Refusal(413, .tooLarge, "The body is larger than \(limit) bytes")
      .answer(in: BodyFormat.accepted(headerFields) ?? .xml)
  }
}
