// A folder for one test, gone when the test is.

import Foundation

/// An empty folder of its own that is removed, with all that is in it, when the value goes.
///
/// Keep it as a stored property of the suite, which lives as long as its test. A local variable
/// may go after its last use: end its scope with `defer { folder.remove() }`.
package final class TemporaryFolder: Sendable {
  /// The absolute path, without a slash at the end.
  package let path: String

  /// Makes the folder where the system keeps temporary files (`mkdtemp`, mode 0700).
  package init() throws {
    var template = Array((NSTemporaryDirectory() + "/cupibulk-test-XXXXXX").utf8CString)
    let made: String? = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, unsafe mkdtemp(start) != nil else { return nil }
      return unsafe String(cString: start)
    }
    guard let made else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    path = URL(filePath: made).standardizedFileURL.path
  }

  deinit { remove() }

  /// The path of a file or folder inside; nothing is made.
  package func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file inside, and its folders where they are missing.
  ///
  /// - Returns: the file's path.
  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    let file = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// Reads a file inside as UTF-8.
  package func read(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: path(name)), encoding: .utf8)
  }

  /// The names of all files and folders directly inside, sorted.
  package func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// Removes the folder now; a second call does nothing.
  package func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
