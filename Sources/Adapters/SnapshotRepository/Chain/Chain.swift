internal import Digests

/// The lines of a target's chain, checked: each is whole, has the next number, and the digest of the one before.
package struct Chain: Sendable {
  package struct Entry: Sendable {
    package var line: ChainLine
    /// The SHA-256 of the line, without its line end.
    package var digest: String
    /// The line as it is in the file, with its line end.
    var text: [UInt8]
    /// The number of the line in the file, from 1.
    package var number: Int
  }

  /// Something wrong with a line.
  package struct Break: Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
      /// It is no line of a chain, or its bytes were changed.
      case damaged
      /// It does not have the digest of the line before it.
      case notAfterPrevious
      /// It does not have the next number.
      case wrongNumber
    }

    /// The number of the line in the file, from 1.
    package var line: Int
    package var cause: Cause
  }

  /// The lines that can be read, in their order.
  package private(set) var entries: [Entry] = []
  package private(set) var breaks: [Break] = []
  /// The length in bytes up to the end of the last line, if half a line follows it; `nil` if the file ends with a line.
  package private(set) var lengthBeforeTorn: Int?
  /// The length in bytes up to where the line end of the last line must be, if it is missing or another byte.
  private(set) var lengthBeforeLineEnd: Int?
  /// The number of lines of the file, also of those that cannot be read.
  private var count = 0
  /// The digest of the last line, which the next one has as `previous`.
  package private(set) var head = ChainLine.firstPrevious
  /// The number of the last line.
  package private(set) var seq = 0

  package init() {}

  /// Reads the lines of a file.
  package init(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      guard let end = bytes[start...].firstIndex(of: Self.newline) else {
        addTail(bytes[start...])
        return
      }
      add(bytes[start..<end])
      start = end + 1
    }
  }

  static let newline = UInt8(ascii: "\n")

  /// Adds what is after the last line end: half a line, or a whole one of which only the end is missing or changed.
  private mutating func addTail(_ bytes: ArraySlice<UInt8>) {
    for tail in [bytes, bytes.dropLast()] where ChainLineText.line(tail) != nil {
      if tail.count < bytes.count { breaks.append(Break(line: count + 1, cause: .damaged)) }
      add(tail)
      lengthBeforeLineEnd = tail.endIndex
      return
    }
    lengthBeforeTorn = bytes.startIndex
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    count += 1
    let digest = bytes.sha256
    defer { head = digest }
    guard let line = ChainLineText.line(bytes) else {
      breaks.append(Break(line: count, cause: .damaged))
      // The next line must have the number after this one's, which is not known.
      seq += 1
      return
    }
    if line.previous != head {
      breaks.append(Break(line: count, cause: .notAfterPrevious))
    } else if line.seq != seq + 1 {
      breaks.append(Break(line: count, cause: .wrongNumber))
    }
    seq = line.seq
    entries.append(
      Entry(line: line, digest: digest, text: Array(bytes) + [Self.newline], number: count))
  }

  /// Appends a line in memory.
  ///
  /// - Parameter line: Its number and digest are replaced by those that follow the last line.
  /// - Returns: The bytes to append to the file, with a line end.
  mutating func append(_ line: ChainLine) -> [UInt8] {
    var line = line
    line.seq = seq + 1
    line.previous = head
    let bytes = ChainLineText.bytes(line)
    head = bytes.sha256
    seq = line.seq
    let text = bytes + [Self.newline]
    count += 1
    entries.append(Entry(line: line, digest: head, text: text, number: count))
    return text
  }

  /// True if all lines of this chain are the first ones of another; a broken chain is the beginning of none.
  package func isBeginning(of other: Chain) -> Bool {
    breaks.isEmpty && entries.count <= other.entries.count
      && zip(entries, other.entries).allSatisfy { $0.digest == $1.digest }
  }

  /// True if the chain has this line, or is empty and the digest is that before the first line.
  package func contains(_ digest: String) -> Bool {
    digest == ChainLine.firstPrevious || entries.contains { $0.digest == digest }
  }
}

/// The text of a line: JSON with sorted keys, then `,"sum":"<SHA-256 of what is before>"}`.
enum ChainLineText {
  private static let tail = Array(",\"sum\":\"".utf8)
  private static let end = Array("\"}".utf8)
  private static let digestLength = 64
  /// The largest number of a line: far more than there can be, and far from where counting overflows.
  private static let largestNumber = 1 << 53

  /// The bytes of a line, without a line end.
  static func bytes(_ line: ChainLine) -> [UInt8] {
    let body = Array(JSONText.bytes(line).dropLast())
    return body + tail + Array(body.sha256.utf8) + end
  }

  /// Reads a line; `nil` if a byte of it was changed, or if it is no line of a chain.
  static func line(_ bytes: ArraySlice<UInt8>) -> ChainLine? {
    let length = tail.count + digestLength + end.count
    guard bytes.count > length else { return nil }
    let (body, sum) = (bytes.dropLast(length), bytes.suffix(length))
    guard sum.elementsEqual(tail + Array(body.sha256.utf8) + end) else { return nil }
    guard let line = JSONText.value(ChainLine.self, Array(body) + [UInt8(ascii: "}")]),
      (1...Self.largestNumber).contains(line.seq),
      line.backup?.isPlausible ?? true
    else { return nil }
    return line
  }
}

extension ChainLine.Facts {
  /// True if the numbers can be counted with, and the digests can be names of files.
  fileprivate var isPlausible: Bool {
    [groups, servers].allSatisfy { (0...1_000_000_000).contains($0) } && object.isDigest
      && content.isDigest
  }
}

extension String {
  /// True for 64 hexadecimal digits in lower case, as a SHA-256 has.
  var isDigest: Bool {
    utf8.count == 64
      && utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}

extension Sequence<UInt8> {
  /// The SHA-256 in hexadecimal digits.
  var sha256: String { SHA256.digest(of: Array(self)).hexadecimal }
}
