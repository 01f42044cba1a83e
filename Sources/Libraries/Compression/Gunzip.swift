internal import CZlib

/// A stream of gzip members (RFC 1952), decompressed with zlib: add bytes, decompress until nothing is returned, add more.
@safe package final class Gunzip {
  /// The first two bytes of a member.
  package static let magic: [UInt8] = [0x1F, 0x8B]

  private let stream: UnsafeMutablePointer<z_stream>
  private var packed: [UInt8] = []
  /// The number of compressed bytes before `packed`.
  private var before = 0
  private var offset = 0
  private var isBetweenMembers = false
  /// True if zlib may have more output than the last call had room for.
  private var holdsMore = false

  /// `inflateInit2` with 31 window bits: gzip only, no raw and no zlib format.
  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory left")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Adds compressed bytes; the earlier ones have been decompressed.
  package func take(_ bytes: [UInt8]) {
    packed.removeSubrange(..<offset)
    before += offset
    packed += bytes
    offset = 0
  }

  /// Appends at most `limit` decompressed bytes to `buffer` (`inflate`).
  ///
  /// - Returns: The number of bytes; 0 if more compressed bytes are needed.
  ///
  /// - Throws: `GzipError` if the data are damaged or something follows them.
  package func unpack(into buffer: inout [UInt8], atMost limit: Int) throws(GzipError) -> Int {
    while offset < packed.count || holdsMore {
      if isBetweenMembers {
        // Another member follows, or nothing.
        guard packed[offset] == Gunzip.magic[0] else {
          throw GzipError.followed(byte: place)
        }
        unsafe inflateReset(stream)
        isBetweenMembers = false
      }
      let start = buffer.count
      buffer += [UInt8](repeating: 0, count: limit)
      let status = inflateOnce(into: &buffer, from: start, limit)
      let unpacked = unsafe limit - Int(stream.pointee.avail_out)
      buffer.removeLast(limit - unpacked)
      holdsMore = status == Z_OK && unpacked == limit
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isBetweenMembers = true
      default: throw GzipError.damaged(byte: place)
      }
      if unpacked > 0 { return unpacked }
    }
    return 0
  }

  /// The number of the next compressed byte, from 1.
  private var place: Int { before + offset + 1 }

  /// - Throws: `GzipError` if the input ends in the middle of a member.
  package func finish() throws(GzipError) {
    if !isBetweenMembers { throw GzipError.cut(byte: place) }
  }

  private func inflateOnce(into buffer: inout [UInt8], from start: Int, _ limit: Int) -> Int32 {
    let available = packed.count - offset
    let status = unsafe packed.withUnsafeMutableBufferPointer { input in
      unsafe buffer.withUnsafeMutableBufferPointer { output in
        unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + offset }
        unsafe stream.pointee.avail_in = UInt32(available)
        unsafe stream.pointee.next_out = output.baseAddress.map { unsafe $0 + start }
        unsafe stream.pointee.avail_out = UInt32(limit)
        return unsafe inflate(stream, Z_NO_FLUSH)
      }
    }
    offset += unsafe available - Int(stream.pointee.avail_in)
    return status
  }
}
