// Properties of every batch, checked on many random ones.

import PortGroupModel
import TestSupport
import Testing

@Suite struct BatchPropertyTests {
  /// Each seed represents a block of 250 batches; a failure names the batch.
  private static let seeds: [UInt64] = Array(0..<8)

  private func forEachBatch(
    _ block: UInt64, withMatchCells: Bool, _ body: (RandomBatch) throws -> Void
  ) rethrows {
    for seed in block * 250..<(block + 1) * 250 {
      try body(RandomBatch(seed: seed, withMatchCells: withMatchCells))
    }
  }

  private func isRefused(_ decision: Decision) -> Bool {
    if case .refuse = decision { true } else { false }
  }

  /// This is true for rows by key and by ObjectId, with all operations, if no row was refused.
  ///
  /// A refused row may become possible, or find a single match, after the other rows are done. Also, no two
  /// servers may have shared a key. At the second import a row may be refused, if a server that distinguished two
  /// rows was deleted; then nothing is written either.
  @Test(arguments: seeds)
  func `a repeated batch changes nothing`(block: UInt64) {
    var count = 0
    forEachBatch(block, withMatchCells: false) { batch in
      var group = SimulatedGroup(batch.servers, defaults: batch.defaults)
      let first = group.apply(batch.rows, elsewhere: batch.elsewhere)
      let isClear = SimulatedGroup(batch.servers).twins.isEmpty && !first.contains(where: isRefused)
      guard isClear, first.contains(where: { $0.change != nil }) else { return }
      count += 1
      let again = group.plan(batch.rows, elsewhere: batch.elsewhere)
      #expect(again.compactMap(\.change) == [], "\(batch.testDescription)")
    }
    #expect(count > 10, "the world has grown too hostile to show anything")
  }

  /// This is also true for Match rows, if no row gives a server a host that a Match row searches for.
  ///
  /// Otherwise the rows are a chain, which has a separate test, or a swap, which is reverted. There are no deletes
  /// here, because a delete by key may name a server that a Match row has changed.
  @Test(arguments: seeds)
  func `repeated moves by Match cells change nothing`(block: UInt64) {
    var count = 0
    forEachBatch(block, withMatchCells: true) { batch in
      let sought = Set(batch.rows.compactMap { $0.match.canonical(.host) })
      let rows = batch.rows.filter { row in
        row.operation != .delete && row.fields.canonical(.host).map(sought.contains) != true
      }
      guard rows.contains(where: \.hasMatch) else { return }
      var group = SimulatedGroup(batch.servers, defaults: batch.defaults)
      let first = group.apply(rows, elsewhere: batch.elsewhere)
      guard !first.contains(where: isRefused), first.contains(where: { $0.change != nil }) else {
        return
      }
      count += 1
      let again = group.plan(rows, elsewhere: batch.elsewhere)
      #expect(again.compactMap(\.change) == [], "\(batch.testDescription)")
    }
    #expect(count > 0, "the world has grown too hostile to show anything: \(count)")
  }

  @Test(arguments: seeds)
  func `decisions do not depend on the order of the rows`(block: UInt64) {
    forEachBatch(block, withMatchCells: true) { batch in
      let group = SimulatedGroup(batch.servers)
      let decisions = group.plan(batch.rows, elsewhere: batch.elsewhere)
      let (rows, order) = batch.shuffledRows()
      let shuffled = group.plan(rows, elsewhere: batch.elsewhere)
      #expect(shuffled == order.map { decisions[$0] }, "\(batch.testDescription)")
    }
  }

  @Test(arguments: seeds)
  func `decisions do not depend on the order in which the servers are listed`(block: UInt64) {
    forEachBatch(block, withMatchCells: true) { batch in
      let decisions = SimulatedGroup(batch.servers).plan(batch.rows, elsewhere: batch.elsewhere)
      let reversed = SimulatedGroup(batch.servers.reversed())
        .plan(batch.rows, elsewhere: batch.elsewhere)
      #expect(reversed == decisions, "\(batch.testDescription)")
    }
  }

  @Test(arguments: seeds)
  func `no server is claimed twice`(block: UInt64) {
    forEachBatch(block, withMatchCells: true) { batch in
      let claimed = SimulatedGroup(batch.servers).plan(batch.rows, elsewhere: batch.elsewhere)
        .compactMap { decision -> ObjectID? in
          switch decision {
          case .write(let change): change.server
          case .unchanged(let server): server
          case .refuse: nil
          }
        }
      #expect(Set(claimed).count == claimed.count, "\(batch.testDescription)")
    }
  }

  /// Only rows that name two servers by their ids may request it.
  @Test(arguments: seeds)
  func `no two servers get the same full key`(block: UInt64) {
    forEachBatch(block, withMatchCells: true) { batch in
      guard batch.rows.count(where: { $0.objectID != nil }) < 2 else { return }
      var group = SimulatedGroup(batch.servers, defaults: batch.defaults)
      let before = group.twins
      _ = group.apply(batch.rows, elsewhere: batch.elsewhere)
      #expect(group.twins.isSubset(of: before), "\(batch.testDescription)")
    }
  }

  @Test(arguments: seeds)
  func `only requests that the server accepts are sent`(block: UInt64) throws {
    try forEachBatch(block, withMatchCells: true) { batch in
      let decisions = SimulatedGroup(batch.servers).plan(batch.rows, elsewhere: batch.elsewhere)
      for (row, decision) in zip(batch.rows, decisions) {
        guard let change = decision.change else { continue }
        #expect(change.before?.service != .pimg)
        switch change.verb {
        case .create:
          #expect(row.operation.canCreate && !row.hasMatch)
          #expect(change.set[.service].text != nil && change.set[.objectID] == .absent)
        case .update:
          #expect(row.operation == .update || row.operation == .upsert)
          #expect(!change.set.isEmpty && change.set[.service] == .absent)
          #expect(change.set[.objectID] == .absent)
          let before = try #require(change.before)
          #expect(change.set.present.filter { change.set.agrees(with: before, in: $0) } == [])
          #expect(change.set.updated == change.set.present)
        case .delete: #expect(row.operation == .delete)
        }
      }
    }
  }

  @Test(arguments: seeds)
  func `chains of moves in any order are carried out, and change nothing when repeated`(
    seed: UInt64
  ) {
    var chance = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      // Several chains in one list of hosts: a gap ends one chain and begins the next.
      let hosts = (0...Int.random(in: 2...12, using: &chance)).map { "h\($0)" }
      let moved = hosts.indices.dropLast().filter { _ in chance.chance(80) }
      var group = SimulatedGroup(
        moved.map { server("\($0 + 1) s=102 h=\(hosts[$0]) p=5060 t=5061") }
          .shuffled(using: &chance))
      let rows = moved.map { row("update mh=\(hosts[$0]) h=\(hosts[$0 + 1])") }
        .shuffled(using: &chance)
      let first = group.apply(rows)
      #expect(first.compactMap(\.change).count == rows.count)
      #expect(!group.plan(rows).contains { $0.change != nil || isRefused($0) }, "seed \(seed)")
    }
  }
}
