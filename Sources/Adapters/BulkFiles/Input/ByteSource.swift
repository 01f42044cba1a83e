import Glibc
import Compression
import Digests
import XMLStreams

/// A source of bytes, read once from beginning to end: a file, standard input or memory.
///
/// It decompresses gzip and converts other encodings to UTF-8.
package final class ByteSource {
  /// As the user named it; `-` for standard input.
  package let name: String
  private var descriptor: FileDescriptorOwner?
  private let isStopped: @Sendable () -> Bool
  private var memory: ArraySlice<UInt8> = []
  /// The maximum number of bytes of one read; only tests make it small.
  private let chunk: Int
  /// The bytes that `peek` has read.
  private var ahead: ArraySlice<UInt8> = []
  private var decompressor: Gunzip?
  /// Converts the decompressed bytes to UTF-8.
  private var decoder: TextDecoder?
  /// The number and the digest of the bytes as they are in the file; `nil` if nobody needs them.
  private var rawDigest: SHA256?
  /// The same of the bytes that were decompressed.
  private var contentDigest: SHA256?
  private var contentSize = 0
  private var rawSize = 0
  /// True after the end of the file; a terminal could return more bytes after Ctrl-D.
  private var hasEnded = false
  private var hasPeeked = false

  /// Returns false if opening a file would fail: it does not exist, is a folder, or may not be read.
  ///
  /// It does not open the file, because opening a pipe would make its writer continue.
  package static func isReadable(_ path: String) -> Bool {
    if path == "-" { return true }
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
      && access(path, R_OK) == 0
  }

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - isStopped: called at every read, and repeatedly while a read waits for a pipe or a terminal; if it returns
  ///     true, the read fails.
  /// - Throws: `InputFault` if there is no such file, or it is a folder or not readable.
  package init(
    path: String, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(InputFault) {
    name = path
    self.isStopped = isStopped
    chunk = 64 << 10
    guard path != "-" else {
      descriptor = FileDescriptorOwner(STDIN_FILENO, closes: false)
      return
    }
    // Non-blocking: a pipe without a writer must not block here. The read waits for it, and can be stopped.
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard opened >= 0 else { throw InputFault(.file(.cannotOpen(errno))) }
    descriptor = FileDescriptorOwner(opened, closes: true)
    var status = stat()
    if unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw InputFault(.file(.isFolder))
    }
  }

  /// Reads the rest of an open file.
  init(name: String, descriptor: FileDescriptorOwner) {
    self.name = name
    chunk = 64 << 10
    isStopped = { false }
    self.descriptor = descriptor
  }

  /// Computes the digest of the file while it is read; to be called before the first read.
  package func beginDigest() {
    rawDigest = SHA256()
    contentDigest = SHA256()
  }

  /// The size and the SHA-256 digest of the file as it is on the disk; `nil` if it was not read to its end.
  package func takeDigest() -> FileDigest? {
    guard hasEnded, var digest = rawDigest.take() else { return nil }
    let raw = ContentDigest(size: rawSize, sha256: digest.finish().hexadecimal)
    guard decompressor != nil, var content = contentDigest.take() else {
      return FileDigest(size: raw.size, sha256: raw.sha256, content: raw)
    }
    return FileDigest(
      size: raw.size, sha256: raw.sha256,
      content: ContentDigest(size: contentSize, sha256: content.finish().hexadecimal))
  }

  /// Whether the bytes are compressed with gzip.
  package var isCompressed: Bool {
    get throws(InputFault) {
      _ = try peek(atLeast: 1)
      return decompressor != nil
    }
  }

  /// Returns the given format, or detects it from content and name.
  ///
  /// - Throws: `InputFault` if the file is empty, of an unsupported kind, or its format cannot be detected.
  package func format(unlessGiven given: BulkFormat? = nil) throws(InputFault) -> BulkFormat {
    let head = try peekPastBlanks()
    // XHTML is accepted if the user says that it is XML.
    if let unsupported = UnsupportedFile(head: head, name: name),
      unsupported != .webPage || given != .xml
    {
      throw InputFault(.file(.unsupported(unsupported)))
    }
    guard let format = given ?? BulkFormat(bytes: head, fileName: name) else {
      throw InputFault(.file(.formatUnknown))
    }
    return format
  }

  /// Returns the first bytes, and enough of them to contain bytes that are not blanks.
  private func peekPastBlanks() throws(InputFault) -> ArraySlice<UInt8> {
    var count = 4096
    while true {
      let head = try peek(atLeast: count)
      // NUL bytes are not blanks: a file of NUL bytes was overwritten, and is not empty.
      let isBlank = head.allSatisfy {
        $0 <= 0x20 && $0 != 0 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF
      }
      guard isBlank else { return head }
      if head.count < count { throw InputFault(.file(.empty)) }
      guard count < Self.blankLimit else {
        throw InputFault(.file(.onlyBlanks(Self.blankLimit)))
      }
      count *= 4
    }
  }

  /// The maximum number of blanks before the content, in bytes.
  private static let blankLimit = 4 << 20

  /// Makes a source of bytes in memory; each read returns at most `chunk` of them.
  package init(name: String, bytes: [UInt8], chunk: Int = 64 << 10) {
    self.name = name
    self.chunk = chunk
    isStopped = { false }
    memory = bytes[...]
  }

  /// Reads the next bytes, decompressed and as UTF-8, and appends them to `buffer`.
  ///
  /// - Returns: the number of bytes appended; 0 at the end.
  /// - Throws: `InputFault` if reading or decompressing fails.
  package func read(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    // Checked here too, because a file of blank lines never returns a row.
    if isStopped() { throw InputFault(.file(.stopped)) }
    if !hasPeeked { _ = try peek(atLeast: 2) }
    if !ahead.isEmpty {
      let piece = ahead.prefix(chunk)
      buffer.append(contentsOf: piece)
      ahead.removeFirst(piece.count)
      return piece.count
    }
    return try readDecoded(into: &buffer)
  }

  /// Returns the first bytes without consuming them: at least `count`, or fewer if the input ends before.
  package func peek(atLeast count: Int) throws(InputFault) -> ArraySlice<UInt8> {
    if !hasPeeked {
      hasPeeked = true
      var first: [UInt8] = []
      while first.count < 2, try readRaw(into: &first) > 0 {}
      if first.starts(with: Gunzip.magic) {
        let decompressor = Gunzip()
        decompressor.take(first)
        self.decompressor = decompressor
      } else {
        ahead = first[...]
      }
    }
    var more: [UInt8] = []
    while ahead.count + more.count < count {
      if try readDecoded(into: &more) == 0 { break }
    }
    if !more.isEmpty { ahead += more }
    return ahead
  }

  /// Sets the encoding from which all bytes not yet consumed are converted to UTF-8.
  ///
  /// - Throws: `InputFault` if the encoding is not known.
  func decode(from encoding: TextEncoding) throws(InputFault) {
    guard encoding != .utf8 else { return }
    guard let decoder = encoding.decoder() else {
      throw InputFault(.file(.encodingUnknown(encoding.name)))
    }
    self.decoder = decoder
    var text: [UInt8] = []
    unsafe decoder.decode(ahead.span.bytes, into: &text)
    ahead = text[...]
  }

  /// Sets the encoding of JSON: UTF-8 as RFC 8259 requires, or UTF-16 as PowerShell writes it.
  ///
  /// - Throws: `InputFault` for other encodings.
  func decodeJSON(from given: TextEncoding?) throws(InputFault) {
    let head = try peek(atLeast: 4)
    let encoding = given?.resolved(for: head) ?? TextEncoding.detected(in: head)
    guard encoding == .utf8 || encoding.isUTF16 else {
      throw InputFault(.file(.notForJSON(encoding)), line: 1, column: 1)
    }
    try decode(from: encoding)
  }

  private func readDecoded(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    guard let decoder else { return try readDecompressed(into: &buffer) }
    let before = buffer.count
    var bytes: [UInt8] = []
    while buffer.count == before {
      bytes.removeAll(keepingCapacity: true)
      guard try readDecompressed(into: &bytes) > 0 else {
        decoder.finish(into: &buffer)
        return buffer.count - before
      }
      unsafe decoder.decode(bytes.span.bytes, into: &buffer)
    }
    return buffer.count - before
  }

  private func readDecompressed(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    guard let decompressor else { return try readRaw(into: &buffer) }
    var compressed: [UInt8] = []
    while true {
      compressed.removeAll(keepingCapacity: true)
      do throws(GzipError) {
        let count = try decompressor.unpack(into: &buffer, atMost: chunk)
        if count > 0, contentDigest != nil {
          contentSize += count
          contentDigest?.update(buffer.span.extracting(buffer.count - count..<buffer.count))
        }
        if count > 0 { return count }
      } catch {
        throw InputFault(error)
      }
      guard try readRaw(into: &compressed) > 0 else {
        do throws(GzipError) {
          try decompressor.finish()
        } catch {
          throw InputFault(error)
        }
        return 0
      }
      decompressor.take(compressed)
    }
  }

  /// Waits until a read would not block, because a blocked read cannot be stopped.
  private func waitForBytes(_ number: Int32) throws(InputFault) {
    var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&wanted, 1, 100) == 0 {
      if isStopped() { throw InputFault(.file(.stopped)) }
    }
  }

  /// Appends the file's next bytes unchanged, without those that `peek` has read.
  ///
  /// - Returns: the number of bytes appended; 0 at the end.
  func readRaw(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    guard let descriptor else {
      let piece = memory.prefix(chunk)
      buffer.append(contentsOf: piece)
      memory.removeFirst(piece.count)
      return piece.count
    }
    if hasEnded { return 0 }
    try waitForBytes(descriptor.number)
    let before = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: chunk))
    var count = 0
    var code: Int32 = 0
    unsafe buffer.withUnsafeMutableBytes { bytes in
      repeat {
        count = unsafe Glibc.read(
          descriptor.number, bytes.baseAddress.map { unsafe $0 + before }, chunk)
        code = errno
      } while count < 0 && code == EINTR
    }
    if count < 0, code == EAGAIN {
      buffer.removeLast(chunk)
      return try readRaw(into: &buffer)
    }
    buffer.removeLast(chunk - max(count, 0))
    guard count >= 0 else {
      throw InputFault(code == EISDIR ? .file(.isFolder) : .file(.cannotRead(code)))
    }
    hasEnded = count == 0
    if rawDigest != nil {
      rawSize += count
      rawDigest?.update(buffer.span.extracting(before..<before + count))
    }
    return count
  }
}

/// What identifies the content of a file that was read.
package struct FileDigest: Sendable, Equatable {
  /// The size in bytes, as the file is on the disk.
  package let size: Int
  /// The SHA-256 digest of these bytes in hexadecimal digits.
  package let sha256: String
  /// The same of the content, decompressed if the file is compressed.
  package let content: ContentDigest
}

/// What identifies a content, whether it is compressed or not.
package struct ContentDigest: Sendable, Equatable {
  /// The size in bytes.
  package let size: Int
  /// The SHA-256 digest in hexadecimal digits.
  package let sha256: String

  package init(size: Int, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }

  /// Reads a whole file and decompresses it; `nil` if it cannot be read, is not a regular file, or has more bytes.
  ///
  /// `limit` is the number of decompressed bytes after which it ends.
  package init?(of path: String, limit: Int = .max) {
    guard FileFingerprint.size(of: path) != nil else { return nil }
    do throws(InputFault) {
      let source = try ByteSource(path: path)
      source.beginDigest()
      var piece: [UInt8] = []
      var size = 0
      while case let count = try source.read(into: &piece), count > 0 {
        size += count
        if size > limit { return nil }
        piece.removeAll(keepingCapacity: true)
      }
      guard let digest = source.takeDigest() else { return nil }
      self = digest.content
    } catch {
      return nil
    }
  }
}

/// Owns a file descriptor, and closes it if `closes` is true.
final class FileDescriptorOwner: Sendable {
  let number: Int32
  private let closes: Bool

  init(_ number: Int32, closes: Bool) {
    self.number = number
    self.closes = closes
  }

  deinit {
    if closes { close(number) }
  }
}

extension InputFault {
  /// Makes the fault of gzip data that cannot be decompressed.
  fileprivate init(_ error: GzipError) {
    switch error {
    case .damaged(let byte): self.init(.file(.gzipDamaged(byte: byte)))
    case .cut(let byte): self.init(.file(.gzipCut(byte: byte)))
    case .followed(let byte): self.init(.file(.gzipFollowed(byte: byte)))
    }
  }
}
