import Foundation

/// A temporary folder for one test; it is removed with its content when this object is released.
///
/// Keep it as a stored property of the suite, which exists as long as its test. Swift may release a local variable
/// after its last use: end its scope with `defer { folder.remove() }`.
package final class TemporaryFolder: Sendable {
  /// The absolute path, without a trailing slash.
  package let path: String

  /// Creates the folder in the system's folder for temporary files (`mkdtemp`, mode 0700).
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

  /// Returns the path of a file or folder inside, without creating it.
  package func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file inside, and creates its folders if necessary.
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

  /// Returns the text of a file inside, read as UTF-8.
  package func read(_ name: String) throws -> String {
    try String(contentsOf: URL(filePath: path(name)), encoding: .utf8)
  }

  /// Returns the sorted names of all files and folders directly inside.
  package func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// Removes the folder now; a second call does nothing.
  package func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }
}
