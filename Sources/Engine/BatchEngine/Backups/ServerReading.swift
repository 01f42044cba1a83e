import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger
import SnapshotRepository
import Synchronization

/// Reads all port groups of a target until two passes agree, so that no half-done change of others is taken for a
/// configuration.
struct ServerReading {
  /// How often the target is read at most.
  static let maxPasses = 4

  let client: PacedClient
  let setting: RunSetting
  let workers: Int

  /// What was read last.
  struct Found {
    /// Its rows are those of the last pass, in a temporary ledger.
    var pass: Pass
    var passes: Int
    /// True if no two passes agreed.
    var isMoving: Bool
  }

  /// One reading of all groups.
  struct Pass {
    let book: RunBook
    let count: Int
    /// The digest of all servers.
    let content: ContentDigest
    /// The groups that were read to their end, with their servers by service, in the order of their ids.
    let groups: [Manifest.Group]

    /// True if another pass has read the same.
    func agrees(with other: Pass) -> Bool {
      content == other.content && groups == other.groups
    }
  }

  /// Reads the target.
  ///
  /// - Throws: `RunStop` if a group cannot be read: a snapshot without it would look complete.
  func read() async throws(RunStop) -> Found {
    var last = try await pass(try await client.portGroups().orStop())
    for number in 2...Self.maxPasses {
      let next = try await pass(try await client.portGroups().orStop())
      if next.agrees(with: last) { return Found(pass: next, passes: number, isMoving: false) }
      last = next
    }
    return Found(pass: last, passes: Self.maxPasses, isMoving: true)
  }

  private func pass(_ groups: [PortGroup]) async throws(RunStop) -> Pass {
    let book = try await RunBook.throwaway(for: ImportInput(files: []))
    let file = try await book.addFile(setting.target.url)
    let read = Mutex<[Manifest.Group]>([])
    let reading = GroupReading(book: book, file: file, client: client, groups: groups) {
      group, servers in
      let group = Manifest.Group(group, servers)
      read.withLock { $0.append(group) }
    }
    try await reading.read(workers: workers)
    try setting.control.check()
    let count = try await book.finishStaging()
    var encoder = ServerEncoder(format: .xml, total: count)
    try await book.encode(with: &encoder) { (_: [UInt8]) throws(RunStop) in }
    return Pass(
      book: book, count: count, content: encoder.takeDigest(),
      groups: read.withLock { $0 }.sorted { $0.id < $1.id })
  }
}

extension Manifest.Group {
  /// A group that was read to its end.
  init(_ group: PortGroup, _ servers: [PortGroupServer]) {
    var counts: [String: Int] = [:]
    for server in servers {
      counts[server.fields[.service].text ?? "", default: 0] += 1
    }
    self.init(
      id: group.objectID.text, name: group.displayName, kind: group.integration?.rawValue,
      readToEnd: true, servers: counts)
  }
}

extension RunBook {
  /// Encodes the servers that an export has staged, in the order of a file.
  func encode(
    with encoder: inout ServerEncoder, to write: ([UInt8]) throws(RunStop) -> Void
  ) async throws(RunStop) {
    var servers = try await exportedServers()
    while case let page = try await servers.next(), !page.isEmpty {
      for exported in page {
        do throws(UnwritableText) {
          try encoder.add(exported.server, in: exported.group)
        } catch {
          throw .server(
            "a server of port group \(exported.group.displayName.quoted) has a text that a file cannot hold: "
              + error.message)
        }
      }
      try write(encoder.takeBytes())
    }
    encoder.finish()
    try write(encoder.takeBytes())
  }
}
