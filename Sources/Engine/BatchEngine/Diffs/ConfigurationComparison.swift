package import PortGroupModel

/// What differs in one port group between two configurations.
package struct GroupDifference: Sendable {
  package var group: ComparedGroup
  package var comparison: GroupComparison
  /// True if nothing differs; a group that only one side has differs, unless the other side cannot show it.
  package var isSame: Bool

  package var isInOld: Bool { group.old != nil }
  package var isInNew: Bool { group.new != nil }
}

/// Compares two configurations, port group by port group; only a few groups are in memory at a time.
package struct ConfigurationComparison: Sendable {
  package let old: any Configuration
  package let new: any Configuration
  /// Names or ids of the groups to compare; empty for all groups.
  private let onlyGroups: [String]
  /// Numbers of the services to compare; empty for all services.
  private let onlyServices: [Int]

  package init(
    old: any Configuration, new: any Configuration, onlyGroups: [String] = [],
    onlyServices: [Int] = []
  ) {
    self.old = old
    self.new = new
    self.onlyGroups = onlyGroups
    self.onlyServices = onlyServices
  }

  /// The groups to compare, by name, then id.
  ///
  /// A configuration that was read only in part restricts the comparison to its groups.
  ///
  /// - Throws: `RunStop.unsuitable` if a group is not known, or if it is not known which groups are the same.
  package func groups() async throws(RunStop) -> [ComparedGroup] {
    let pairing = GroupPairing(old: try await old.groups(), new: try await new.groups())
    var groups = pairing.groups
    var ambiguous = pairing.ambiguous
    if !onlyGroups.isEmpty {
      try checkKnown(groups, ambiguous.map(\.name))
      let wanted = onlyGroups.map { (text: $0, id: ObjectID($0)) }
      groups = groups.filter { group in
        wanted.contains { group.isMeant(by: $0.text, id: $0.id) }
      }
      ambiguous = ambiguous.filter { one in
        (one.old + one.new).contains { group in
          wanted.contains {
            ComparedGroup(old: group, new: nil).isMeant(by: $0.text, id: $0.id)
          }
        }
      }
    }
    if let first = ambiguous.min(by: { $0.name < $1.name }) {
      throw .unsuitable(ambiguity(first.name, first.old, first.new))
    }
    return groups.filter { group in
      (group.old != nil || old.scope.isEmpty) && (group.new != nil || new.scope.isEmpty)
    }
  }

  /// Compares one group.
  package func difference(in group: ComparedGroup) async throws(RunStop) -> GroupDifference {
    let before = try await servers(of: group.old, in: old)
    let after = try await servers(of: group.new, in: new)
    let comparison = GroupComparison(old: before, new: after)
    let isOnBoth = group.old != nil && group.new != nil
    let lacking = group.old == nil ? old : new
    let canLack = !lacking.showsEmptyGroups || !onlyServices.isEmpty
    return GroupDifference(
      group: group, comparison: comparison,
      isSame: comparison.differences.isEmpty && (isOnBoth || canLack))
  }

  /// Compares groups, several at a time, and passes the results on in their order.
  ///
  /// - Parameters:
  ///   - groups: What ``groups()`` has returned.
  ///   - workers: The number of groups that are read at one time.
  ///   - control: Stops the comparison.
  ///   - each: Receives the difference of each group.
  /// - Throws: The first error; the groups before it have been passed on.
  package func compare(
    _ groups: [ComparedGroup], workers: Int = 1, control: RunControl,
    each: (GroupDifference) async throws(RunStop) -> Void
  ) async throws(RunStop) {
    let stop = await withTaskGroup(of: Found.self) { tasks -> RunStop? in
      var found: [Int: Found] = [:]
      var next = 0
      for wanted in groups.indices {
        while next < groups.count, next < wanted + max(1, workers) {
          let (index, group) = (next, groups[next])
          tasks.addTask { await find(index, group) }
          next += 1
        }
        while found[wanted] == nil, let one = await tasks.next() { found[one.index] = one }
        do throws(RunStop) {
          try control.check()
          if let one = found.removeValue(forKey: wanted) { try await each(one.result.get()) }
        } catch {
          tasks.cancelAll()
          return error
        }
      }
      return nil
    }
    if let stop { throw control.stop ?? stop }
  }

  /// The difference of one group, or why it is not known.
  private struct Found: Sendable {
    var index: Int
    var result: Result<GroupDifference, RunStop>
  }

  private func find(_ index: Int, _ group: ComparedGroup) async -> Found {
    do throws(RunStop) {
      return Found(index: index, result: .success(try await difference(in: group)))
    } catch {
      return Found(index: index, result: .failure(error))
    }
  }

  private func servers(
    of group: ConfigurationGroup?, in side: any Configuration
  ) async throws(RunStop) -> [FieldValues] {
    guard let group else { return [] }
    let servers = try await side.servers(of: group).filter { server in
      guard !onlyServices.isEmpty, let service = server.service else { return true }
      return onlyServices.contains(service.rawValue)
    }
    let keyed = servers.map { ($0, ExportOrder.key(of: $0)) }
    return keyed.sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  // MARK: Errors

  private func checkKnown(_ groups: [ComparedGroup], _ others: [String]) throws(RunStop) {
    for text in onlyGroups {
      let id = ObjectID(text)
      if others.contains(text) || groups.contains(where: { $0.isMeant(by: text, id: id) }) {
        continue
      }
      let names = (groups.map(\.title) + others).sorted()
      let near = Spelling.nearest(to: text, among: names)
      throw .unsuitable(
        "neither \(old.name) nor \(new.name) has a port group \(text.quoted)"
          + (near.map { "; did you mean \($0.quoted)?" } ?? ""))
    }
  }

  private func ambiguity(
    _ name: String, _ olds: [ConfigurationGroup], _ news: [ConfigurationGroup]
  ) -> String {
    func text(_ groups: [ConfigurationGroup]) -> String {
      groups.map { $0.objectID?.text ?? "without an id" }.sorted().joined(separator: ", ")
    }
    return "it is not known which port groups named \(name.quoted) are the same: \(old.name) has "
      + "\(text(olds)), and \(new.name) has \(text(news))"
  }
}
