import Digests
package import PortGroupModel

/// The fingerprint, the digests and the counts of a plan, computed entry by entry.
///
/// The memory grows with the number of groups, by 48 bytes each, and not with the number of steps.
package struct PlanDigest: ~Copyable {
  /// What is known after the last entry.
  package struct Result: Sendable, Equatable {
    package var fingerprint: PlanFingerprint
    /// The digest of all lines between the first and the last one, each without its `from`, and of the counts; each
    /// with a line feed.
    package var body: String
    /// See ``PlanHead/from``.
    package var from: String
    package var counts: PlanCounts
  }

  private var body = SHA256()
  private var from = SHA256()
  private var group = SHA256()
  private var current: (id: ObjectID, steps: Int, refusals: Int)?
  private var groups: [(id: ObjectID, digest: [UInt8])] = []
  private var counts = PlanCounts()

  package init() {}

  /// Adds the next entry; the entries of a group follow its own.
  package mutating func add(_ entry: PlanEntry) {
    body.add(line: PlanLine.text(of: entry, for: .body))
    switch entry {
    case .group(let next):
      endGroup()
      current = (next.group.objectID, 0, 0)
      return
    case .step(let step):
      counts.add(step.change.verb)
      current?.steps += 1
      from.add(line: Array(step.from.utf8))
    case .refusal(let refusal):
      counts.refused += 1
      current?.refusals += 1
      from.add(line: Array(refusal.from.utf8))
    }
    group.add(line: PlanLine.text(of: entry, for: .fingerprint))
  }

  /// Ends the plan.
  ///
  /// - Parameters:
  ///   - target: The id of the server, or its address if it reports none.
  ///   - unchanged: The number of rows without a line.
  /// - Returns: The fingerprint, the digests and the counts.
  package mutating func finish(target: String, unchanged: Int) -> Result {
    endGroup()
    counts.unchanged = unchanged
    body.add(line: PlanLine.text(of: counts))
    var all = SHA256()
    all.add(line: Array("cupibulk plan \(PlanHead.format)".utf8))
    all.add(line: Array(target.utf8))
    for group in groups.sorted(by: { $0.id < $1.id }) {
      all.add(line: Array(group.id.text.utf8))
      all.update(group.digest.span)
    }
    return Result(
      fingerprint: PlanFingerprint(digest: all.finish()), body: body.finish().hexadecimal,
      from: from.finish().hexadecimal, counts: counts)
  }

  /// The digest of a line with its line feed, in hexadecimal digits.
  static func text(ofLine line: [UInt8]) -> String {
    SHA256.digest(of: line + [0x0A]).hexadecimal
  }

  private mutating func endGroup() {
    guard let current else { return }
    let digest = group.finish()
    if current.steps > 0 { counts.changedGroups += 1 }
    if current.steps + current.refusals > 0 { groups.append((current.id, digest)) }
    self.current = nil
  }
}

extension SHA256 {
  /// Adds a line and its line feed.
  mutating func add(line: [UInt8]) {
    update(line.span)
    update([0x0A].span)
  }
}

extension PlanGroup {
  /// The digest of a group as it was listed: its servers by id, each with its compared fields.
  package static func digest(of servers: [PortGroupServer]) -> String {
    var digest = SHA256()
    for server in servers.sorted(by: { $0.objectID < $1.objectID }) {
      let group = PlanEntry.group(
        PlanGroup(
          group: PortGroup(objectID: server.objectID, displayName: "", integration: nil),
          listed: "", extra: [server.fields.whole]))
      digest.add(line: PlanLine.text(of: group))
    }
    return digest.finish().hexadecimal
  }
}
