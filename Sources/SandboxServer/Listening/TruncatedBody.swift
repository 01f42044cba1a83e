import CMicroHTTPD

/// Sends the first half of a body with the length of the whole body, then closes the connection.
final class TruncatedBody {
  private let fullLength: Int
  private let bytes: [UInt8]

  init(_ body: [UInt8]) {
    fullLength = body.count
    bytes = Array(body.prefix(body.count / 2))
  }

  /// A libmicrohttpd response that owns this body (`MHD_create_response_from_callback`).
  var handle: OpaquePointer? {
    unsafe MHD_create_response_from_callback(
      UInt64(fullLength), 4096,
      { context, position, buffer, capacity in
        guard let context = unsafe context, let buffer = unsafe buffer else {
          return cupibulk_mhd_break_off()
        }
        return unsafe Unmanaged<TruncatedBody>.fromOpaque(context).takeUnretainedValue().read(
          from: Int(position), into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
      }, Unmanaged.passRetained(self).toOpaque(),
      { context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<TruncatedBody>.fromOpaque(context).release()
      })
  }

  private func read(from position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let piece = bytes.dropFirst(position).prefix(buffer.count)
    guard !piece.isEmpty else { return cupibulk_mhd_break_off() }
    unsafe buffer.copyBytes(from: piece)
    return piece.count
  }
}
