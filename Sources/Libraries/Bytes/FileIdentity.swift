// Which file a path leads to.

package import Glibc

/// Which file of this machine it is, whatever it is called.
package struct FileIdentity: Sendable, Equatable {
  package let device: UInt
  package let inode: UInt

  /// The file at a path, links followed; `nil` if there is none.
  package init?(at path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// True if the path itself, no link, is the file that the descriptor has open.
  package static func isOpen(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return unsafe fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && FileIdentity(opened) == FileIdentity(named)
  }

  /// True if the descriptor writes to what the path leads to, links followed; terminals and other devices do not count.
  package static func isSame(_ descriptor: Int32, as path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &opened) == 0, unsafe stat(path, &named) == 0 else {
      return false
    }
    return FileIdentity(opened) == FileIdentity(named) && opened.st_mode & S_IFMT != S_IFCHR
  }

  package init(_ status: stat) {
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}
