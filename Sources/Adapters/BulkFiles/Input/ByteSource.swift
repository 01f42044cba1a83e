// Where the bytes of an input come from: a file, standard input or memory; gzip is unpacked on the way.

import Glibc
import Compression
import XMLStreams

/// A source of bytes, read once from its beginning to its end.
package final class ByteSource {
  /// As the user named it; `-` for standard input.
  package let name: String
  private var descriptor: FileDescriptorOwner?
  private let isStopped: @Sendable () -> Bool
  private var memory: ArraySlice<UInt8> = []
  /// The most that one read gives; only tests make it small.
  private let chunk: Int
  /// What `peek` has read ahead.
  private var ahead: ArraySlice<UInt8> = []
  private var unpacker: Gunzip?
  /// Makes UTF-8 of what was unpacked.
  private var decoder: TextDecoder?
  /// A terminal gives more after its end was shown: Ctrl-D is to be typed once.
  private var hasEnded = false
  private var hasPeeked = false

  /// False where opening a file would fail: it is not there, is a folder, or may not be read.
  ///
  /// It only looks: opening a pipe would make its writer go on.
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
  ///   - isStopped: asked at every read, and while a pipe or a terminal keeps it waiting; true lets
  ///     the read fail.
  /// - Throws: `InputFault` where there is no such file, or it is a folder or not readable.
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
    // Not blocking: a pipe that nobody writes into yet is waited for where it can be stopped, when it is read.
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard opened >= 0 else { throw FaultWording.cannotOpen(errno) }
    descriptor = FileDescriptorOwner(opened, closes: true)
    var status = stat()
    if unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw FaultWording.isFolder
    }
  }

  /// Reads on in a file that is open already.
  init(name: String, descriptor: FileDescriptorOwner) {
    self.name = name
    chunk = 64 << 10
    isStopped = { false }
    self.descriptor = descriptor
  }

  /// True where the bytes are unpacked on the way.
  package var isPacked: Bool {
    get throws(InputFault) {
      _ = try peek(atLeast: 1)
      return unpacker != nil
    }
  }

  /// The format that content or name tell.
  ///
  /// - Throws: `InputFault` where the file is empty, is plainly something else, or neither tells.
  package func format(unlessGiven given: BulkFormat? = nil) throws(InputFault) -> BulkFormat {
    let head = try peekPastBlanks()
    // XHTML is XML: whoever says so may have it inspected.
    if let foreign = ForeignFile(head: head, name: name), foreign != .webPage || given != .xml {
      throw FaultWording.foreign(foreign)
    }
    guard let format = given ?? BulkFormat(bytes: head, fileName: name) else {
      throw FaultWording.formatUnknown
    }
    return format
  }

  /// The first bytes, so many that content is among them.
  private func peekPastBlanks() throws(InputFault) -> ArraySlice<UInt8> {
    var count = 4096
    while true {
      let head = try peek(atLeast: count)
      // NUL bytes are no blanks: a file of nothing else was zeroed, not left empty.
      let isBlank = head.allSatisfy {
        $0 <= 0x20 && $0 != 0 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF
      }
      guard isBlank else { return head }
      if head.count < count { throw FaultWording.empty }
      guard count < Self.blankLimit else { throw FaultWording.onlyBlanks(Self.blankLimit) }
      count *= 4
    }
  }

  /// So many blanks before the content are read ahead.
  private static let blankLimit = 4 << 20

  /// Takes bytes that are in memory already, and hands them over in pieces of `chunk` at the most.
  package init(name: String, bytes: [UInt8], chunk: Int = 64 << 10) {
    self.name = name
    self.chunk = chunk
    isStopped = { false }
    memory = bytes[...]
  }

  /// Reads the next bytes and appends them to `buffer`, unpacked if they are gzip.
  ///
  /// - Returns: how many bytes were appended; 0 at the end.
  /// - Throws: `InputFault` where reading or unpacking fails.
  package func read(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    // Also where no row ever comes, as in a file of blank lines.
    if isStopped() { throw FaultWording.stopped }
    if !hasPeeked { _ = try peek(atLeast: 2) }
    if !ahead.isEmpty {
      let piece = ahead.prefix(chunk)
      buffer.append(contentsOf: piece)
      ahead.removeFirst(piece.count)
      return piece.count
    }
    return try readOn(into: &buffer)
  }

  /// The first bytes without taking them: `count` of them, or fewer where the input ends before.
  package func peek(atLeast count: Int) throws(InputFault) -> ArraySlice<UInt8> {
    if !hasPeeked {
      hasPeeked = true
      var first: [UInt8] = []
      while first.count < 2, try readRaw(into: &first) > 0 {}
      if first.starts(with: Gunzip.magic) {
        let unpacker = Gunzip()
        unpacker.take(first)
        self.unpacker = unpacker
      } else {
        ahead = first[...]
      }
    }
    var more: [UInt8] = []
    while ahead.count + more.count < count {
      if try readOn(into: &more) == 0 { break }
    }
    if !more.isEmpty { ahead += more }
    return ahead
  }

  /// Makes UTF-8 of all bytes that were not taken yet.
  ///
  /// - Throws: `InputFault` where the encoding is not known.
  func decode(from encoding: TextEncoding) throws(InputFault) {
    guard encoding != .utf8 else { return }
    guard let decoder = encoding.decoder() else {
      throw FaultWording.encodingUnknown(encoding.name)
    }
    self.decoder = decoder
    var text: [UInt8] = []
    unsafe decoder.decode(ahead.span.bytes, into: &text)
    ahead = text[...]
  }

  /// Makes UTF-8 of JSON: it is UTF-8, or UTF-16 as PowerShell writes it; of others RFC 8259 knows nothing.
  ///
  /// - Throws: `InputFault` for another encoding.
  func decodeJSON(from given: TextEncoding?) throws(InputFault) {
    let head = try peek(atLeast: 4)
    let encoding = given?.resolved(by: head) ?? TextEncoding.told(by: head)
    guard encoding == .utf8 || encoding.isUTF16 else { throw FaultWording.notForJSON(encoding) }
    try decode(from: encoding)
  }

  private func readOn(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    guard let decoder else { return try readUnpacked(into: &buffer) }
    let before = buffer.count
    var bytes: [UInt8] = []
    while buffer.count == before {
      bytes.removeAll(keepingCapacity: true)
      guard try readUnpacked(into: &bytes) > 0 else {
        decoder.finish(into: &buffer)
        return buffer.count - before
      }
      unsafe decoder.decode(bytes.span.bytes, into: &buffer)
    }
    return buffer.count - before
  }

  private func readUnpacked(into buffer: inout [UInt8]) throws(InputFault) -> Int {
    guard let unpacker else { return try readRaw(into: &buffer) }
    var packed: [UInt8] = []
    while true {
      packed.removeAll(keepingCapacity: true)
      do throws(GzipError) {
        let count = try unpacker.unpack(into: &buffer, atMost: chunk)
        if count > 0 { return count }
      } catch {
        throw FaultWording.gzip(error)
      }
      guard try readRaw(into: &packed) > 0 else {
        do throws(GzipError) {
          try unpacker.finish()
        } catch {
          throw FaultWording.gzip(error)
        }
        return 0
      }
      unpacker.take(packed)
    }
  }

  /// Returns when reading would not block: a blocked read could not be stopped.
  private func waitForBytes(_ number: Int32) throws(InputFault) {
    var wanted = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&wanted, 1, 100) == 0 {
      if isStopped() { throw FaultWording.stopped }
    }
  }

  /// Appends the next bytes as they lie in the file, packed or not; what was peeked at is not among them.
  ///
  /// - Returns: how many there are; 0 at the end.
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
    guard count >= 0 else { throw FaultWording.cannotRead(code) }
    hasEnded = count == 0
    return count
  }
}

/// Owns one open file and closes it.
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
