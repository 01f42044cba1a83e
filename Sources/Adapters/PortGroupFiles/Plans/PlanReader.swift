import Bytes
import Digests
import Glibc
import JSONStreams
import PortGroupModel

/// Reads a plan file entry by entry, and checks that it is as it was written.
///
/// It can be read several times; each pass checks everything again, so that a file that changes meanwhile is noticed.
package final class PlanReader {
  /// The longest line in bytes: that of a group with very many servers that no row names.
  fileprivate static let longestLine = 64 << 20
  /// The largest number of rows of a group; see docs/manual.md, "Limits".
  package static let mostRowsOfGroup = 10_000

  /// As the user named it.
  package let file: String
  package let head: PlanHead
  fileprivate let descriptor: Int32
  fileprivate let headLine: [UInt8]

  /// Opens a file, and reads its first line.
  ///
  /// - Throws: `PlanFault` if it cannot be read, or is not a plan.
  package init(_ file: String) throws(PlanFault) {
    self.file = file
    descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw PlanFault(file, .unreadable(SystemReason.text(errno))) }
    var status = stat()
    do throws(PlanFault) {
      guard unsafe fstat(descriptor, &status) == 0 else {
        throw PlanFault(file, .unreadable(SystemReason.text(errno)))
      }
      // A plan is read more than once.
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw PlanFault(
          file,
          .unreadable(
            status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file"))
      }
      var lines = PlanLines(descriptor, file, longest: Self.longestLine)
      guard let line = try lines.next() else { throw PlanFault(file, .notAPlan) }
      headLine = line
      head = try Self.head(line, file)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Begins to read the entries from the first one on.
  package func entries() throws(PlanFault) -> PlanPass { try PlanPass(self) }

  private static func head(_ line: [UInt8], _ file: String) throws(PlanFault) -> PlanHead {
    guard let value = try? JSONValue(parsing: line), let format = value["cupibulk-plan"]?.text,
      let number = Int(format)
    else { throw PlanFault(file, .notAPlan) }
    guard number <= PlanHead.format else { throw PlanFault(file, .newer(number)) }
    guard let head = PlanHead(value), PlanLine.text(of: head) == line else {
      throw PlanFault(file, .line(1, "this line is not as cupibulk writes it"))
    }
    return head
  }
}

/// The entries of a plan file, one after another; the last one is followed by a check of the whole file.
package struct PlanPass: ~Copyable {
  private let reader: PlanReader
  private var lines: PlanLines
  private var digest = PlanDigest()
  private var order = PlanOrderCheck()
  private var whole = SHA256()
  /// The number of bytes that were read.
  package private(set) var size = 0
  /// What the last line says; `nil` before it was read.
  package private(set) var result: PlanDigest.Result?
  /// The SHA-256 digest of the whole file, in hexadecimal digits; `nil` before the last line was read.
  package private(set) var sha256: String?

  fileprivate init(_ reader: PlanReader) throws(PlanFault) {
    self.reader = reader
    lines = PlanLines(reader.descriptor, reader.file, longest: PlanReader.longestLine)
    guard try lines.next() == reader.headLine else {
      throw PlanFault(reader.file, .changed("its first line is another one now"))
    }
    whole.add(line: reader.headLine)
    size = reader.headLine.count + 1
  }

  /// The next entry; `nil` at the end, when everything was found to be as it was written.
  ///
  /// - Throws: `PlanFault` if the file is not as it was written; then the entries before must not be used either.
  package mutating func next() throws(PlanFault) -> PlanEntry? {
    if result != nil { return nil }
    guard let line = try lines.next() else { throw PlanFault(reader.file, .cut) }
    whole.add(line: line)
    size += line.count + 1
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: line)
    } catch {
      throw fault("this line is not as cupibulk writes it")
    }
    if value["end"] != nil {
      result = try end(value, line)
      guard try lines.next() == nil else { throw fault("there is a line after the last one") }
      sha256 = whole.finish().hexadecimal
      return nil
    }
    guard let entry = PlanEntry(value), PlanLine.text(of: entry) == line else {
      throw fault("this line is not as cupibulk writes it")
    }
    if let reason = order.complaint(about: entry) { throw fault(reason) }
    digest.add(entry)
    return entry
  }

  /// A fault of the line that was read last.
  private func fault(_ reason: String) -> PlanFault {
    PlanFault(reader.file, .line(lines.number, reason))
  }

  /// Compares the last line with everything before it.
  private mutating func end(
    _ value: JSONValue, _ line: [UInt8]
  ) throws(PlanFault) -> PlanDigest.Result {
    let unchanged = value["counts"]?["unchanged"]?.text.flatMap { Int($0) } ?? -1
    let head = reader.head
    let result = digest.finish(
      target: head.target.id ?? head.target.url, unchanged: max(0, unchanged))
    let headDigest = PlanDigest.text(ofLine: reader.headLine)
    let reason: String? =
      if value["head"]?.text != headDigest {
        "its first line does not have the digest that the last one gives"
      } else if value["body"]?.text != result.body {
        "its lines do not have the digest that the last one gives"
      } else if result.fingerprint != head.fingerprint {
        "its lines do not have the fingerprint of its first one"
      } else if result.from != head.from {
        "its rows do not come from where its first line says"
      } else {
        nil
      }
    if let reason { throw PlanFault(reader.file, .changed(reason)) }
    guard unchanged >= 0,
      line == PlanLine.end(result.counts, body: result.body, head: headDigest)
    else { throw fault("the last line does not count what is before it") }
    return result
  }
}

/// Checks that the entries of a plan follow each other as they must.
private struct PlanOrderCheck {
  private var groups: Set<ObjectID> = []
  private var current: ObjectID?
  private var rows = 0
  private var steps = 0
  private var servers: Set<ObjectID> = []

  /// What is wrong with the next entry, as a clause; `nil` if nothing is.
  mutating func complaint(about entry: PlanEntry) -> String? {
    switch entry {
    case .group(let group):
      let id = group.group.objectID
      (current, rows, servers) = (id, 0, [])
      return groups.insert(id).inserted ? nil : "its port group occurs twice"
    case .refusal(let refusal): return complaint(refusal.group)
    case .step(let step):
      if let complaint = complaint(step.group) { return complaint }
      guard step.number == steps + 1 else {
        return "step \(step.number) follows step \(steps)"
      }
      steps += 1
      // Two equal creations are possible: an undo creates servers again that were equal.
      guard let server = step.change.server else { return nil }
      return servers.insert(server).inserted ? nil : "its server is in two steps"
    }
  }

  private mutating func complaint(_ group: ObjectID) -> String? {
    rows += 1
    if group != current { return "its port group is not the one above it" }
    return rows > PlanReader.mostRowsOfGroup
      ? "its port group has more than \(PlanReader.mostRowsOfGroup) rows" : nil
  }
}

/// The lines of a file, read in blocks.
private struct PlanLines {
  private let descriptor: Int32
  private let file: String
  private let longest: Int
  private var offset: off_t = 0
  private var buffer: [UInt8] = []
  private var start = 0
  /// The number of the line that was read last, from 1.
  private(set) var number = 0

  init(_ descriptor: Int32, _ file: String, longest: Int) {
    self.descriptor = descriptor
    self.file = file
    self.longest = longest
  }

  /// The next line without its line feed; `nil` at the end of the file.
  ///
  /// - Throws: `PlanFault` if the file ends within a line: it was cut.
  mutating func next() throws(PlanFault) -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { start = end + 1 }
        number += 1
        return Array(buffer[start..<end])
      }
      searched = buffer.count
      guard try fill(&searched) else {
        if start == buffer.count { return nil }
        throw PlanFault(file, number == 0 ? .notAPlan : .cut)
      }
    }
  }

  /// Reads another block; returns false at the end of the file.
  private mutating func fill(_ searched: inout Int) throws(PlanFault) -> Bool {
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    guard buffer.count <= longest else {
      throw PlanFault(
        file, number == 0 ? .notAPlan : .line(number + 1, "this line is too long"))
    }
    var block = [UInt8](repeating: 0, count: 256 << 10)
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, offset)
    }
    guard count >= 0 else { throw PlanFault(file, .unreadable(SystemReason.text(errno))) }
    offset += off_t(count)
    buffer += block[..<count]
    return count > 0
  }
}
