import Foundation

/// The locations of the package's files and of the built program.
package enum Package {
  /// The package's root folder.
  package static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Returns the text of a file of the package.
  package static func text(_ path: String) throws -> String {
    try String(contentsOfFile: root + "/" + path, encoding: .utf8)
  }

  /// The built program: that of `CUPIBULK_TEST_PROGRAM`, or the one in the folder of the running test bundle.
  ///
  /// The optimizer has changed what correct code does before, so the end-to-end tests run with both builds.
  package static let program: String = {
    if let path = ProcessInfo.processInfo.environment["CUPIBULK_TEST_PROGRAM"] { return path }
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(filePath: bundle).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appending(path: "cupibulk").path
      if FileManager.default.isExecutableFile(atPath: candidate), !isFolder(candidate) {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return root + "/.build/debug/cupibulk"
  }()

  /// Whether tests record their expected texts again (RECORD=1), and then fail once.
  package static let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"

  private static func isFolder(_ path: String) -> Bool {
    (try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
