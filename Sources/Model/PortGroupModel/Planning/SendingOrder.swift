/// The order in which the rows of a batch are shown and sent: creates, updates, deletes; each in file order.
///
/// So a server is deleted only after the server that replaces it exists. A create or an update that takes a host or a
/// precedence comes after the update that frees it. Updates that form a cycle keep their order.
package struct SendingOrder: Sendable, Equatable {
  /// The indices of all rows in the order of sending, including rows for which nothing is sent.
  package private(set) var indices: [Int] = []
  /// The updates that form a cycle, in which each takes what the next one frees.
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
    let freeing = Self.freeing(middle, decisions)
    let waiting = Set(
      freeing.isEmpty
        ? []
        : creates.filter { Self.claims(decisions[$0], after: true).contains { freeing[$0] != nil } }
    )
    indices = creates.filter { !waiting.contains($0) }
    append(middle + creates.filter(waiting.contains), decisions, freeing)
    indices += deletes
  }

  /// A value that at most one server of a group should have.
  private struct Claim: Hashable {
    var service: RemoteService?
    var field: Field
    var value: String
  }

  /// The updates that free each value.
  private static func freeing(_ updates: [Int], _ decisions: [Decision]) -> [Claim: [Int]] {
    var freeing: [Claim: [Int]] = [:]
    for index in updates {
      for claim in claims(decisions[index], after: false) {
        freeing[claim, default: []].append(index)
      }
    }
    return freeing
  }

  /// Appends rows, each after the updates that free what it takes.
  private mutating func append(
    _ rows: [Int], _ decisions: [Decision], _ freeing: [Claim: [Int]]
  ) {
    guard freeing.count > 0 else { return indices += rows }
    var state: [Int: VisitState] = [:]
    for index in rows { visit(index, &state, decisions, freeing) }
  }

  private enum VisitState { case active, done }

  /// Appends what must come before an update, then the update.
  ///
  /// It does not use recursion, because a chain may be as long as the group.
  private mutating func visit(
    _ start: Int, _ state: inout [Int: VisitState], _ decisions: [Decision],
    _ freeing: [Claim: [Int]]
  ) {
    guard state[start] == nil else { return }
    func before(_ index: Int) -> [Int] {
      Self.claims(decisions[index], after: true).flatMap { freeing[$0] ?? [] }
        .filter { $0 != index }
    }
    state[start] = .active
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
      case .active:
        let from = path.firstIndex { $0.index == next } ?? last
        circular.formUnion(path[from...].map(\.index))
      case nil:
        state[next] = .active
        path.append((next, before(next)[...]))
      }
    }
  }

  /// The values that a row frees (`after` is false), or takes; a creation frees none.
  private static func claims(_ decision: Decision, after: Bool) -> [Claim] {
    guard let change = decision.change, change.verb != .delete,
      let before = change.before ?? (after ? change.set : nil)
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
