// A body whose second half never comes.

import CMicroHTTPD

/// Hands out the first half of a body under the length of the whole, then breaks the connection off.
final class TruncatedBody {
  private let whole: Int
  private let bytes: [UInt8]

  init(_ body: [UInt8]) {
    whole = body.count
    bytes = Array(body.prefix(body.count / 2))
  }

  /// A response that owns this body (`MHD_create_response_from_callback`).
  var response: OpaquePointer? {
    unsafe MHD_create_response_from_callback(
      UInt64(whole), 4096,
      { context, position, buffer, room in
        guard let context = unsafe context, let buffer = unsafe buffer else {
          return cupibulk_mhd_break_off()
        }
        return unsafe Unmanaged<TruncatedBody>.fromOpaque(context).takeUnretainedValue().read(
          from: Int(position), into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
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
