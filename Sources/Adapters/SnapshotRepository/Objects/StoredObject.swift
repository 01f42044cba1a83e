internal import Compression
internal import Digests

/// An object as it is on disk, read to its end.
struct StoredObject {
  /// What is wrong with the bytes.
  enum Damage: Equatable {
    /// They are no gzip stream, or half of one.
    case notUnpacked
    /// They are not those that its name says.
    case otherContent
  }

  /// The sizes and digests as they were read.
  let facts: Manifest.Object
  let damage: Damage?

  /// Reads the object of a name, from the disk and not from memory.
  ///
  /// - Throws: `RepositoryFault` if it is missing or cannot be read; damage is no error.
  init(
    _ sha256: String, at path: String? = nil, in files: any RepositoryFiles
  ) throws(RepositoryFault) {
    var reading = Reading()
    do throws(FileFault) {
      try files.read(path ?? RepositoryLayout.object(sha256), fresh: true) { bytes in
        reading.add(bytes)
      }
    } catch {
      throw RepositoryFault(error)
    }
    let found = reading.finish()
    facts = Manifest.Object(
      sha256: sha256, size: reading.size, packedSHA256: found.packed,
      packedSize: reading.packedSize)
    damage = reading.isBroken ? .notUnpacked : found.content == sha256 ? nil : .otherContent
  }

  func isIntact(size: Int) -> Bool { damage == nil && facts.size == size }

  /// Unpacks and digests the bytes as they come.
  private struct Reading: ~Copyable {
    var size = 0
    var packedSize = 0
    var isBroken = false
    private let gunzip = Gunzip()
    private var content = SHA256()
    private var packed = SHA256()

    mutating func add(_ bytes: [UInt8]) {
      packedSize += bytes.count
      packed.update(bytes.span)
      guard !isBroken else { return }
      gunzip.take(bytes)
      do throws(GzipError) {
        var buffer: [UInt8] = []
        while try gunzip.unpack(into: &buffer, atMost: 16 << 10) > 0 {
          size += buffer.count
          content.update(buffer.span)
          buffer.removeAll(keepingCapacity: true)
        }
      } catch {
        isBroken = true
      }
    }

    mutating func finish() -> (content: String, packed: String) {
      do throws(GzipError) { try gunzip.finish() } catch { isBroken = true }
      return (content.finish().hexadecimal, packed.finish().hexadecimal)
    }
  }
}
