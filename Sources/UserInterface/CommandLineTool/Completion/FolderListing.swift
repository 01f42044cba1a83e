import Bytes
import Glibc

/// The names in a folder, for words that are a path or something else.
enum FolderListing {
  /// How many names are read.
  private static let limit = 10_000

  /// The paths that begin with a text; folders end with a slash, and are beginnings of longer paths.
  static func paths(_ typed: String, onlyFolders: Bool) -> [CompletionAnswer.Word] {
    let slash = typed.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let name = String(Substring(typed.utf8.dropFirst(folder.utf8.count)))
    guard let stream = unsafe opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { unsafe closedir(stream) }
    var words: [CompletionAnswer.Word] = []
    for _ in 0..<limit {
      guard let entry = unsafe readdir(stream) else { break }
      let found = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(validatingCString: $0)
        }
      }
      guard let found, found != ".", found != "..", found.utf8.starts(with: name.utf8) else {
        continue
      }
      if found.utf8.first == UInt8(ascii: "."), name.isEmpty { continue }
      var status = stat()
      let isFolder =
        unsafe stat(folder + found, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      if isFolder {
        words.append(.beginning(folder + found + "/"))
      } else if !onlyFolders {
        words.append(CompletionAnswer.Word(folder + found))
      }
    }
    return words.filter(\.canBeTyped).sorted { $0.text < $1.text }
  }
}
