import TestSupport
import Testing

/// The server refuses about three of ten rows and answers in another order: each outcome belongs to its own row.
@Suite(.serialized) struct RefusalExperiment {
  private static let groups = 12
  private static let count = Experiment.isSoak ? 1_200 : 240

  /// A row of the file, and whether the server accepts it.
  private struct Wanted {
    var group: String
    var host: String
    var port: Int
    var isTaken: Bool { port <= 9_999 }
  }

  @Test(arguments: Experiment.rounds(1, soak: 5))
  func `each row has its own outcome`(seed: Int) async throws {
    var chance = SeededGenerator(seed: UInt64(seed + 1))
    // The sandbox refuses ports above 9999, and an option makes cupibulk send them.
    let wanted = (0..<Self.count).map { row in
      Wanted(
        group: "Branch \(Int.random(in: 1...Self.groups, using: &chance))",
        host: "h\(row).example", port: chance.chance(30) ? 20_000 + row : 1_000 + row)
    }
    var lab = Lab()
    for group in 1...Self.groups { lab.add("Branch \(group)", [.proxy("10.0.0.1")]) }
    let bench = try await Workbench(lab)
    let slow = (1...Self.count).compactMap { write in
      chance.chance(25) ? "slow=\(Int.random(in: 1...60, using: &chance))ms@\(write)" : nil
    }
    try await bench.sandbox.faults(slow.joined(separator: ","))
    let rows = wanted.map { "\($0.group),create,102,\($0.host),\($0.port)\n" }.joined()
    let outcome = try await bench.imports(
      "PortGroup,Operation,Service,Host,Port\n" + rows, as: "rows.csv",
      ["--allow", "port-out-of-range", "--slots", "4"])

    let refused = wanted.count { !$0.isTaken }
    #expect(refused > Self.count / 5)
    #expect(outcome.run.status == 3)
    #expect(
      outcome.summary == "read \(Self.count), created \(Self.count - refused), failed \(refused)")
    #expect(outcome.books?.balances == true)
    let servers = Dictionary(
      try await bench.servers().map { ($0.objectID, $0) }, uniquingKeysWith: { first, _ in first })
    for (row, wanted) in zip(try await bench.rows(), wanted) {
      #expect(row.group == wanted.group)
      #expect(row.server?.contains(wanted.host) == true)
      if wanted.isTaken {
        #expect(row.state == "created")
        let server = row.objectID.flatMap { servers[$0] }
        #expect(server?.host == wanted.host && server?.port == "\(wanted.port)")
        #expect(server?.group == wanted.group)
      } else {
        #expect(row.stateText == "failed[refused]")
        #expect(row.detail?.contains("\(wanted.port)") == true, "\(row.detail ?? "")")
        #expect(!servers.values.contains { $0.host == wanted.host })
      }
    }
    #expect(servers.count == Self.groups + Self.count - refused)
    #expect(try await bench.sandbox.log().writes == Self.count, "a refusal is final")
  }
}
