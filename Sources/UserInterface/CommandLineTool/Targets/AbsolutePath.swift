import FoundationEssentials

/// The canonical path of a file, so that two names of one file mean one target.
enum AbsolutePath {
  /// The path from the root, without `.`, `..` and links in its folder.
  static func of(_ path: String) -> String {
    let url = URL(filePath: path).standardizedFileURL
    let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
    return folder.appending(path: url.lastPathComponent).path
  }
}
