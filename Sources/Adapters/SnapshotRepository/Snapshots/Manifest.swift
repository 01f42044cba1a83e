package import FoundationEssentials

/// What a snapshot has: which server, which groups, and in which object their servers are.
package struct Manifest: Codable, Sendable, Equatable {
  /// A group that was read.
  package struct Group: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    /// The group's kind, as its server numbers it; `nil` if it is not known.
    package var kind: Int?
    /// True if all of its servers were read.
    package var readToEnd: Bool
    /// The number of servers by their service.
    package var servers: [String: Int]

    package init(
      id: String, name: String, kind: Int?, readToEnd: Bool, servers: [String: Int]
    ) {
      self.id = id
      self.name = name
      self.kind = kind
      self.readToEnd = readToEnd
      self.servers = servers
    }

    /// The number of its servers of all services.
    package var serverCount: Int {
      servers.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    }
  }

  /// The file with the servers.
  package struct Object: Codable, Sendable, Equatable {
    /// The SHA-256 of the unpacked bytes, which names the file.
    package var sha256: String
    /// The number of unpacked bytes.
    package var size: Int
    /// The SHA-256 of the file as it is.
    package var packedSHA256: String
    /// The size of the file in bytes.
    package var packedSize: Int
  }

  /// The place in the chain that the line of this manifest has.
  package struct Place: Codable, Sendable, Equatable {
    package var seq: Int
    package var previous: String
  }

  /// The version of this form.
  package var format = 1
  package var snapshot: String
  package var target: SnapshotTarget
  /// The groups to which it was restricted; empty for all.
  package var scope: [String] = []
  /// When the reading began and ended, in UTC.
  package var began: String
  package var ended: String
  /// How often the groups were read, and whether they differed to the last.
  package var passes: Int
  package var moving: Bool
  package var groups: [Group]
  package var object: Object
  /// The program and its version.
  package var tool: String
  /// The run that has read it, in the ledger of `who`.
  package var run: String?
  package var who: String
  /// Why it is suspect, as sentences; empty for a good snapshot.
  package var suspicions: [String]
  package var chain: Place

  /// The digest of the configuration, by which snapshots are compared.
  var content: String {
    let groups = groups.map { "\($0.id) \($0.readToEnd) \($0.name.utf8.sha256)\n" }
    return (object.sha256 + "\n" + groups.sorted().joined()).utf8.sha256
  }

  var serverCount: Int {
    groups.reduce(0) { $0.addingReportingOverflow($1.serverCount).partialValue }
  }

  /// The facts for the line of the chain.
  var facts: ChainLine.Facts {
    ChainLine.Facts(
      target: target, ended: ended, content: content, object: object.sha256,
      groups: groups.count, servers: serverCount, suspicions: suspicions)
  }
}

extension Manifest {
  /// The manifest in the bytes of a file; `nil` for anything else.
  init?(file bytes: [UInt8]) {
    guard let manifest = JSONText.value(Manifest.self, bytes), manifest.format == 1,
      SnapshotID(manifest.snapshot) != nil, manifest.object.sha256.isDigest,
      MomentText.date(manifest.ended) != nil,
      manifest.groups.allSatisfy({
        $0.servers.values.allSatisfy { (0...1_000_000_000).contains($0) }
      })
    else { return nil }
    self = manifest
  }
}

/// What was read from a server, before it is in a repository.
package struct SnapshotDraft: Sendable {
  package var target: SnapshotTarget
  package var began: Date
  package var ended: Date
  package var passes: Int
  package var isMoving: Bool
  package var groups: [Manifest.Group]
  package var tool: String
  package var run: String?

  package init(
    target: SnapshotTarget, began: Date, ended: Date, passes: Int, isMoving: Bool,
    groups: [Manifest.Group], tool: String, run: String?
  ) {
    self.target = target
    self.began = began
    self.ended = ended
    self.passes = passes
    self.isMoving = isMoving
    self.groups = groups
    self.tool = tool
    self.run = run
  }
}
