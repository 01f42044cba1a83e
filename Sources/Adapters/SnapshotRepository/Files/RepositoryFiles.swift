/// The files of a repository: few operations, each of which happens or does not, in an order that survives a power loss.
///
/// Paths are relative to the folder of the repository, with `/` between their parts. What was not synchronized may be
/// lost: the bytes of a file until `RepositoryFile.sync()`, names and removals until `syncFolder(_:)`. Links are
/// never followed.
package protocol RepositoryFiles: Sendable {
  /// The folder as the user named it, for messages.
  var folder: String { get }

  /// The names in a folder, sorted by their bytes; none if it does not exist.
  func entries(in folder: String) throws(FileFault) -> [RepositoryEntry]

  /// Reads a file to its end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - isFresh: True to read from the disk and not from the memory of the system, as far as that is possible.
  ///   - each: Receives the next bytes, at most 256 KiB at a time.
  /// - Throws: `FileFault` if it does not exist or cannot be read, and what `each` throws.
  func read(
    _ path: String, fresh isFresh: Bool, each: ([UInt8]) throws(FileFault) -> Void
  ) throws(FileFault)

  /// The size of a file in bytes; `nil` if it does not exist, or is no regular file.
  func size(of path: String) throws(FileFault) -> Int?

  /// Creates a folder in an existing one; an existing folder is left as it is.
  func makeFolder(_ path: String) throws(FileFault)

  /// Creates a file that does not exist.
  func create(_ path: String) throws(FileFault) -> any RepositoryFile

  /// Opens an existing file to append to it.
  func open(_ path: String) throws(FileFault) -> any RepositoryFile

  /// Gives a file or folder another name, and replaces a file that has it.
  func rename(_ path: String, to new: String) throws(FileFault)

  /// Removes a file or an empty folder.
  func remove(_ path: String) throws(FileFault)

  /// Makes the names in a folder durable (fsync(2) of the folder).
  func syncFolder(_ path: String) throws(FileFault)

  /// Takes the lock of the one writer.
  func lock() -> RepositoryLocking

  /// The path of a file for other programs; `nil` if it has none.
  func path(of file: String) -> String?
}

/// An open file of a repository.
package protocol RepositoryFile: AnyObject {
  /// Appends bytes.
  func append(_ bytes: [UInt8]) throws(FileFault)
  /// Cuts the file to a length in bytes.
  func truncate(to size: Int) throws(FileFault)
  /// Makes the bytes durable (fsync(2)).
  func sync() throws(FileFault)
}

/// A name in a folder.
package struct RepositoryEntry: Sendable, Equatable {
  package enum Kind: Sendable { case file, folder, other }

  package var name: String
  package var kind: Kind

  package init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

/// The result of an attempt to become the writer.
package enum RepositoryLocking {
  /// The lock; it is released with the object.
  case taken(any AnyObject & Sendable)
  /// Another writer has it: its process, in parentheses after a space; empty if that is not known.
  ///
  /// `isOwn` is true if it is another writer of this process.
  case held(by: String, isOwn: Bool)
  /// It cannot be taken: why, as a clause.
  case failed(String)
}

/// A file of a repository that cannot be read or written.
package struct FileFault: Error, Sendable, Equatable {
  /// What failed.
  package enum Cause: Sendable, Equatable {
    /// The number of the system's error (`errno`).
    case system(Int32)
    /// A link or a special file where a regular file is expected.
    case notRegular
    /// A link or a file where a folder is expected.
    case notFolder
    /// More bytes than are read.
    case tooLong
  }

  /// The path with the folder of the repository.
  package var path: String
  package var cause: Cause

  package init(_ path: String, _ cause: Cause) {
    self.path = path
    self.cause = cause
  }

  /// True if the file does not exist.
  package var isMissing: Bool { cause == .system(2) }
}

extension RepositoryFiles {
  /// The bytes of a file of at most `limit` bytes.
  package func bytes(
    of path: String, limit: Int, fresh isFresh: Bool = false
  ) throws(FileFault) -> [UInt8] {
    var all: [UInt8] = []
    let tooLong = FileFault(folder + "/" + path, .tooLong)
    try read(path, fresh: isFresh) { bytes throws(FileFault) in
      guard bytes.count <= limit - all.count else { throw tooLong }
      all += bytes
    }
    return all
  }

  /// Writes a file that appears whole: temporary file, fsync, rename, fsync of the folder.
  ///
  /// - Parameters:
  ///   - bytes: The content.
  ///   - path: The file; an existing one is replaced.
  ///   - temporary: A path that does not exist, on the same file system.
  /// - Throws: `FileFault`; then the file has not appeared, or an older one is unchanged.
  func publish(
    _ bytes: [UInt8], as path: String, through temporary: String
  ) throws(FileFault) {
    let file = try create(temporary)
    do throws(FileFault) {
      try file.append(bytes)
      try file.sync()
      try rename(temporary, to: path)
    } catch {
      try? remove(temporary)
      throw error
    }
    try syncFolder(path.parentPath)
  }
}

extension String {
  /// The path without its last part; empty for one part.
  var parentPath: String {
    let parts = utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.dropLast().map { String(Substring($0)) }.joined(separator: "/")
  }

  /// The last part of the path.
  var lastPathPart: String {
    utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
  }
}
