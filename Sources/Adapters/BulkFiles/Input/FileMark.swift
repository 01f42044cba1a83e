// By what a file is known again, whatever it is called.

import Compression
import Glibc

/// The length of a file and a checksum of its bytes as they lie on the disk.
///
/// It is made to recognise a file that nobody has changed; it proves nothing.
package struct FileMark: Sendable, Equatable {
  /// In bytes.
  package let size: Int
  /// zlib's CRC-32 of all bytes.
  package let checksum: Int

  /// Reads a whole file; nil where it cannot be read, or is no file whose bytes stay, such as a pipe.
  package init?(of path: String) {
    guard Self.size(of: path) != nil else { return nil }
    var size = 0
    var checksum = Checksum()
    do throws(InputFault) {
      let source = try ByteSource(path: path)
      var piece: [UInt8] = []
      while case let count = try source.readRaw(into: &piece), count > 0 {
        size += count
        checksum.update(piece)
        piece.removeAll(keepingCapacity: true)
      }
    } catch {
      return nil
    }
    self.size = size
    self.checksum = Int(checksum.value)
  }

  /// The length of a file in bytes; nil where it is no file whose bytes stay.
  package static func size(of path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
