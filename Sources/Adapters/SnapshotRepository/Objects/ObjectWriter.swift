internal import Compression
internal import Digests

/// Writes an object: gzipped, and named by the SHA-256 of what is written.
///
/// Write all of it, then call `finish()`; without that call, the next writer removes what was written.
package final class ObjectWriter {
  private let files: any RepositoryFiles
  private let temporary: String
  private let file: any RepositoryFile
  private let gzip = Gzip()
  private var packed: [UInt8] = []
  private var digest = SHA256()
  private var size = 0

  init(_ files: any RepositoryFiles, through temporary: String) throws(FileFault) {
    self.files = files
    self.temporary = temporary
    file = try files.create(temporary)
  }

  /// Adds bytes.
  ///
  /// - Throws: `RepositoryFault` if they cannot be written.
  package func write(_ bytes: [UInt8]) throws(RepositoryFault) {
    digest.update(bytes.span)
    size += bytes.count
    gzip.pack(bytes, into: &packed)
    if packed.count >= 256 << 10 { try flush() }
  }

  /// Ends the object, makes it durable under its name, and reads it again from the disk.
  ///
  /// An equal object that is there already is used, if it is undamaged.
  ///
  /// - Returns: What a manifest says of it.
  /// - Throws: `RepositoryFault` if it cannot be written, or if other bytes are read than were written.
  package func finish() throws(RepositoryFault) -> Manifest.Object {
    gzip.finish(into: &packed)
    try flush()
    let sha256 = digest.finish().hexadecimal
    let path = RepositoryLayout.object(sha256)
    do throws(FileFault) {
      try file.sync()
      if let object = try? StoredObject(sha256, in: files), object.isIntact(size: size) {
        try files.remove(temporary)
        return object.facts
      }
      try files.makeFolder(RepositoryLayout.objects)
      try files.makeFolder(path.parentPath)
      try files.syncFolder(RepositoryLayout.objects)
      try files.rename(temporary, to: path)
      try files.syncFolder(path.parentPath)
    } catch {
      throw RepositoryFault(error)
    }
    let object = try StoredObject(sha256, in: files)
    guard object.isIntact(size: size) else {
      throw RepositoryFault(.readBack(files.folder + "/" + path))
    }
    return object.facts
  }

  private func flush() throws(RepositoryFault) {
    do throws(FileFault) {
      try file.append(packed)
    } catch {
      try? files.remove(temporary)
      throw RepositoryFault(error)
    }
    packed.removeAll(keepingCapacity: true)
  }
}
