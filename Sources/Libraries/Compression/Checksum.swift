internal import CZlib

/// A CRC-32 (as gzip and PNG have it) in the making, by zlib.
package struct Checksum: Sendable {
  /// The checksum of what was added so far.
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Adds bytes (`crc32_z`).
  package mutating func update(_ bytes: [UInt8]) {
    let sum = unsafe bytes.withUnsafeBufferPointer {
      unsafe crc32_z(UInt(value), $0.baseAddress, $0.count)
    }
    value = UInt32(truncatingIfNeeded: sum)
  }
}
