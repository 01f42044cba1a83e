import Compression
import Glibc

/// The size and a checksum of a file's bytes, which identify the file under any name.
///
/// It recognizes an unchanged file; it does not protect against an intended change.
package struct FileFingerprint: Sendable, Equatable {
  /// In bytes.
  package let size: Int
  /// The CRC-32 of all bytes (zlib).
  package let checksum: Int

  /// Reads a whole file; `nil` if it cannot be read or is not a regular file.
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

  /// Returns the size of a file in bytes; `nil` if it is not a regular file.
  package static func size(of path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
