internal import FoundationEssentials

/// The check for a snapshot that has much less than the ones before it, or that changed while it was read.
struct Shrinkage {
  /// The percentage that may be missing; fewer than `count` may always be missing.
  static let percent = 30
  static let count = 3
  /// For how long a good snapshot is compared, besides the last one.
  static let span: TimeInterval = 30 * 86_400

  /// The groups of the last good snapshot; `nil` if there is none, or if its manifest cannot be read.
  var lastGood: (id: SnapshotID, groups: [Manifest.Group])?
  /// The good snapshots of the target in the order of the chain.
  var good: [Snapshot]

  /// Why a new snapshot is suspect, as sentences without a full stop; none if it is good.
  func suspicions(of draft: SnapshotDraft) -> [String] {
    var found: [String] = []
    let servers = draft.groups.reduce(0) { $0 + $1.serverCount }
    if good.isEmpty, servers == 0 { found.append("it is the first one, and has no servers") }
    if let emptied = emptied(in: draft) { found.append(emptied) }
    if let last = good.last {
      let compared =
        [last] + good.filter { abs($0.ended.timeIntervalSince(draft.ended)) <= Self.span }
      found += Self.fewer("server", servers, compared, \.servers)
      found += Self.fewer("group", draft.groups.count, compared, \.groups)
    }
    if draft.isMoving {
      found.append("the groups changed each time that they were read, \(draft.passes) times")
    }
    return found
  }

  /// The groups that had several servers and have none.
  private func emptied(in draft: SnapshotDraft) -> String? {
    guard let lastGood else { return nil }
    let counts = Dictionary(
      draft.groups.map { ($0.id, $0.serverCount) }, uniquingKeysWith: max)
    let emptied = lastGood.groups.filter { $0.serverCount > 1 && (counts[$0.id] ?? 0) == 0 }
    guard let first = emptied.first else { return nil }
    let before = "had several servers in \(lastGood.id)"
    guard emptied.count == 1 else {
      return "group \"\(first.name)\" and \(emptied.count - 1) more \(before), and now have none"
    }
    return
      "group \"\(first.name)\" \(before), and now \(counts[first.id] == nil ? "is gone" : "has none")"
  }

  /// A sentence if there are many fewer than in the largest of some snapshots.
  private static func fewer(
    _ noun: String, _ count: Int, _ compared: [Snapshot], _ number: (Snapshot) -> Int
  ) -> [String] {
    guard let largest = compared.max(by: { number($0) < number($1) }) else { return [] }
    let before = number(largest)
    guard before - count >= Self.count, (before - count) * 100 > before * percent else { return [] }
    return ["it has \(count) \(noun)\(count == 1 ? "" : "s"), and \(largest.id) has \(before)"]
  }
}
