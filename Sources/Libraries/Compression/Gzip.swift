internal import CZlib

/// One gzip member (RFC 1952) to which bytes are added; compressed with zlib.
@safe package final class Gzip {
  private let stream: UnsafeMutablePointer<z_stream>

  /// `deflateInit2` with 31 window bits: gzip; its header has no time and no name, so that equal content
  /// gives equal bytes.
  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory left")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Compresses the bytes and appends the output that is ready.
  package func pack(_ bytes: [UInt8], into output: inout [UInt8]) {
    deflateAll(bytes, Z_NO_FLUSH, &output)
  }

  /// Appends the rest and the trailer.
  package func finish(into output: inout [UInt8]) {
    deflateAll([], Z_FINISH, &output)
  }

  private func deflateAll(_ bytes: [UInt8], _ flush: Int32, _ output: inout [UInt8]) {
    var input = bytes
    unsafe input.withUnsafeMutableBufferPointer { buffer in
      unsafe stream.pointee.next_in = buffer.baseAddress
      unsafe stream.pointee.avail_in = UInt32(buffer.count)
      let room = 16 << 10
      var left: UInt32
      repeat {
        let before = output.count
        output += [UInt8](repeating: 0, count: room)
        unsafe output.withUnsafeMutableBufferPointer { target in
          unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + before }
          unsafe stream.pointee.avail_out = UInt32(room)
          _ = unsafe deflate(stream, flush)
        }
        unsafe left = stream.pointee.avail_out
        output.removeLast(Int(left))
      } while left == 0
    }
  }
}
