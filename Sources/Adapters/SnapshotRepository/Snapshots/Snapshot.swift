package import FoundationEssentials

/// A snapshot as the chain of its target describes it.
package struct Snapshot: Sendable, Equatable {
  package let id: SnapshotID
  package let target: SnapshotTarget
  /// When its reading ended.
  package let ended: Date
  /// The digest of the configuration; equal ones have no difference.
  package let content: String
  package let object: String
  package let groups: Int
  package let servers: Int
  /// Why it was suspect when it was taken; empty for a good one.
  package let suspicions: [String]
  /// The digest of its manifest.
  package let manifest: String
  /// The number of its line in the chain, from 1; 0 without a line.
  package let line: Int
  /// Why a person called it good; `nil` if nobody has.
  package internal(set) var accepted: String?
  /// Why a person wanted it to be kept; `nil` if nobody has.
  package internal(set) var kept: String?
  package internal(set) var isForgotten = false

  init(
    _ id: SnapshotID, _ facts: ChainLine.Facts, ended: Date, manifest: String, line: Int = 0
  ) {
    self.line = line
    self.id = id
    target = facts.target
    self.ended = ended
    content = facts.content
    object = facts.object
    groups = facts.groups
    servers = facts.servers
    suspicions = facts.suspicions
    self.manifest = manifest
  }

  /// True if nothing is suspect, or a person has called it good.
  package var isGood: Bool { suspicions.isEmpty || accepted != nil }
}

/// All that the chain of one target says.
package struct TargetHistory: Sendable {
  /// The name of the target's folder.
  package let folder: String
  package private(set) var chain: Chain
  /// The snapshots in the order of the chain, with those that were forgotten.
  package private(set) var all: [Snapshot] = []
  /// The places of the snapshots in `all`.
  private var places: [SnapshotID: Int] = [:]
  /// Snapshots that no line names: the writer was stopped, or lines were lost; only their names lead to them.
  package internal(set) var strays: [Snapshot] = []
  /// The highest number of a line that is missing, as the snapshots without a line show; `nil` if none is missing, or
  /// only the one that a stopped writer has not written.
  var lastLostLine: Int?
  /// The last drill that found everything as it must be; `nil` if there was none.
  package private(set) var lastDrill: Date?
  /// The last line about a drill, whatever it found.
  package private(set) var newestDrill: ChainLine?

  /// Why its files cannot be read; `nil` if they can.
  package let fault: FileFault?

  init(folder: String, chain: Chain, fault: FileFault? = nil) {
    self.folder = folder
    self.chain = chain
    self.fault = fault
    for entry in chain.entries { read(entry.line, entry.number) }
  }

  /// Adds a line in memory, and returns its bytes for the file.
  mutating func append(_ line: ChainLine) -> [UInt8] {
    let bytes = chain.append(line)
    read(line, chain.entries.last?.number ?? 0)
    return bytes
  }

  private mutating func read(_ line: ChainLine, _ number: Int) {
    let snapshot = line.snapshot.flatMap { SnapshotID($0) }
    switch line.event {
    case .backup:
      guard let snapshot, let facts = line.backup, let ended = MomentText.date(facts.ended),
        let manifest = line.sha256
      else { return }
      places[snapshot] = all.count
      all.append(Snapshot(snapshot, facts, ended: ended, manifest: manifest, line: number))
    case .accept: change(snapshot) { $0.accepted = line.reason ?? "" }
    case .keep: change(snapshot) { $0.kept = line.reason ?? "" }
    case .forget: change(snapshot) { $0.isForgotten = true }
    case .drill:
      newestDrill = line
      if line.passed == true { lastDrill = MomentText.date(line.time) }
    case .verify: break
    }
  }

  private mutating func change(_ id: SnapshotID?, _ work: (inout Snapshot) -> Void) {
    guard let index = id.flatMap({ places[$0] }) else { return }
    work(&all[index])
  }

  /// The snapshot of this name; `nil` if the chain has none.
  package subscript(id: SnapshotID) -> Snapshot? { places[id].map { all[$0] } }

  /// The snapshots that were not forgotten, in the order of the chain.
  package var snapshots: [Snapshot] { all.filter { !$0.isForgotten } }

  /// True if lines were changed or are missing, or if the files cannot be read.
  package var isDamaged: Bool { fault != nil || lastLostLine != nil || !chain.breaks.isEmpty }

  /// True if it has snapshots, or has lost them; false if its first writer was stopped.
  package var isKnown: Bool { !all.isEmpty || isDamaged }

  /// True if what is missing or damaged may be a later snapshot, or what a person said of one.
  package func isUncertain(after snapshot: Snapshot?) -> Bool {
    let line = snapshot?.line ?? 0
    return fault != nil || lastLostLine ?? 0 > line || chain.breaks.contains { $0.line > line }
  }

  /// The newest good snapshot by the chain, whatever the clocks said; `nil` if there is none.
  package var lastGood: Snapshot? { all.last { $0.isGood && !$0.isForgotten } }

  /// The newest snapshot, good or not.
  package var newest: Snapshot? { all.last { !$0.isForgotten } }

  /// The target as the newest snapshot knew it; `nil` before the first one.
  package var target: SnapshotTarget? { all.last?.target ?? strays.last?.target }

  /// How users name the target.
  package var title: String { target?.title ?? folder }
}
