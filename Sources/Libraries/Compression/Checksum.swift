internal import CZlib

/// A CRC-32, as in gzip and PNG, to which bytes are added; with zlib.
package struct Checksum: Sendable {
  /// The checksum of the bytes added so far.
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
