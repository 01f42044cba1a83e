import CMicroHTTPD
import HTTPMessages

/// Collects the pieces of one request; libmicrohttpd stores it as the request's context, and uses one thread.
final class RequestInProgress {
  /// The maximum body size in bytes; a larger body is refused with 413.
  static let bodyLimit = 1 << 20

  private let target: String
  private var method = HTTPMethod.get
  private var version = ""
  private var headerFields = HeaderFields()
  private var body: [UInt8] = []
  private var peer = Sandbox.Peer.remote
  /// The number of body bytes received, stored or not.
  private(set) var received = 0
  private(set) var hasBegun = false
  /// True from the start of processing until libmicrohttpd has finished the request.
  var isBeingProcessed = false

  init(target: String) { self.target = target }

  var isTooLarge: Bool { received > Self.bodyLimit }

  /// Stores the head of the request.
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

  /// The response to an invalid head, or to one that announces too large a body; `nil` for a valid head.
  func headRefusal(_ hosts: HostNames) -> HTTPResponse? {
    let head = RequestHead(method: method.rawValue, version: version, fields: headerFields)
    do throws(RequestRefusal) {
      try head.check(for: hosts)
    } catch {
      return error.response(in: BodyFormat.accepted(headerFields) ?? .xml)
    }
    let announced = headerFields["Content-Length"].flatMap { decimal($0) } ?? 0
    return announced > Self.bodyLimit ? tooLargeResponse : nil
  }

  /// Stores a piece of the body; once the limit is exceeded, bytes are counted and discarded.
  func take(_ bytes: UnsafeRawBufferPointer) {
    received += bytes.count
    if isTooLarge {
      body = []
    } else {
      unsafe body.append(contentsOf: bytes)
    }
  }

  /// Passes the complete request to the sandbox.
  func begin(in sandbox: Sandbox) -> Sandbox.RequestStart {
    sandbox.begin(
      HTTPRequest(method, target, headerFields: headerFields, body: body), from: peer)
  }

  /// The response to a body over the limit, in the format that the client accepts.
  var tooLargeResponse: HTTPResponse {
    let limit = Self.bodyLimit
    return RequestRefusal(413, .tooLarge, "The body is larger than \(limit) bytes")
      .response(in: BodyFormat.accepted(headerFields) ?? .xml)
  }
}
