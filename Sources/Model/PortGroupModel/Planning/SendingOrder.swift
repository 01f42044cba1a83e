// The order in which the rows of a batch are shown and sent.

/// Creates first, then updates, then deletes; each in the order of the file.
///
/// So a group is never left without a server that its file replaces. An update that takes a host or a precedence
/// comes after the one that frees it; updates that take from each other in a cycle keep their order.
package struct SendingOrder: Sendable, Equatable {
  /// The indices of the rows in the order of sending; rows for which nothing is sent are included.
  package private(set) var indices: [Int] = []
  /// The updates that take from each other in a cycle.
  package private(set) var circular: Set<Int> = []

  /// Orders a batch.
  ///
  /// - Parameters:
  ///   - operations: The operations of the rows, in file order.
  ///   - decisions: The decisions for them.
  package init(of operations: [Operation], _ decisions: [Decision]) {
    var creates: [Int] = []
    var middle: [Int] = []
    var deletes: [Int] = []
    for (index, decision) in decisions.enumerated() {
      switch decision.change?.verb {
      case .create: creates.append(index)
      case .delete: deletes.append(index)
      case .update: middle.append(index)
      case nil:
        if operations[index] == .delete { deletes.append(index) } else { middle.append(index) }
      }
    }
    indices = creates
    append(middle, decisions)
    indices += deletes
  }

  /// A value that only one server of a group should have.
  private struct Claim: Hashable {
    var service: RemoteService?
    var field: Field
    var value: String
  }

  /// Appends updates, each after those that free what it takes.
  private mutating func append(_ updates: [Int], _ decisions: [Decision]) {
    var freeing: [Claim: [Int]] = [:]
    for index in updates {
      for claim in Self.claims(decisions[index], after: false) {
        freeing[claim, default: []].append(index)
      }
    }
    guard freeing.count > 0 else { return indices += updates }
    var state: [Int: Visit] = [:]
    for index in updates { visit(index, &state, decisions, freeing) }
  }

  private enum Visit { case underway, done }

  /// Appends what must come before an update, then the update.
  ///
  /// Without recursion, because the chain may be as long as the group.
  private mutating func visit(
    _ start: Int, _ state: inout [Int: Visit], _ decisions: [Decision],
    _ freeing: [Claim: [Int]]
  ) {
    guard state[start] == nil else { return }
    func before(_ index: Int) -> [Int] {
      Self.claims(decisions[index], after: true).flatMap { freeing[$0] ?? [] }
        .filter { $0 != index }
    }
    state[start] = .underway
    var path: [(index: Int, rest: ArraySlice<Int>)] = [(start, before(start)[...])]
    while let last = path.indices.last {
      guard let next = path[last].rest.popFirst() else {
        let index = path.removeLast().index
        state[index] = .done
        indices.append(index)
        continue
      }
      switch state[next] {
      case .done: break
      case .underway:
        let from = path.firstIndex { $0.index == next } ?? last
        circular.formUnion(path[from...].map(\.index))
      case nil:
        state[next] = .underway
        path.append((next, before(next)[...]))
      }
    }
  }

  /// The values that an update frees (`after` is false), or takes.
  private static func claims(_ decision: Decision, after: Bool) -> [Claim] {
    guard let change = decision.change, change.verb == .update, let before = change.before
    else { return [] }
    return [Field.host, .hostV6, .precedence].compactMap { field in
      guard change.set[field] != .absent else { return nil }
      let value = after ? change.set[field] : before[field]
      guard let text = value.text else { return nil }
      return Claim(
        service: before.service, field: field,
        value: field == .precedence ? text : Host.canonical(text))
    }
  }
}
