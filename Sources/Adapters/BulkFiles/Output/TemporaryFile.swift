import Bytes
import FoundationEssentials
import Glibc

/// A temporary file for data that does not fit in memory: write all, then read all.
///
/// It is unlinked immediately after it is opened.
package final class TemporaryFile {
  private let descriptor: FileDescriptorOwner
  private let folder: String

  /// Creates a file in `$TMPDIR`, or in `/tmp`.
  ///
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init() throws(OutputFailure) {
    folder = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(folder)/cupibulk.XXXXXX".utf8CString)
    let opened = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.map { unsafe mkstemp($0) } ?? -1
    }
    guard opened >= 0 else { throw OutputFailure(file: folder, code: errno) }
    _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
    descriptor = FileDescriptorOwner(opened, closes: true)
    _ = unsafe template.withUnsafeBufferPointer { name in
      unsafe name.baseAddress.map { unsafe unlink($0) }
    }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(OutputFailure) {
    let code = Descriptor.write(bytes, to: descriptor.number)
    if code != 0 { throw OutputFailure(file: folder, code: code) }
  }

  /// Returns a source of all bytes, from the beginning.
  package func source() -> ByteSource {
    lseek(descriptor.number, 0, SEEK_SET)
    return ByteSource(name: "temporary.csv", descriptor: descriptor)
  }
}
