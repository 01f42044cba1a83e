import TestSupport
import Testing

/// A network that loses a quarter of all messages: no row is lost, and none is done twice.
@Suite(.serialized) struct LostAnswersExperiment {
  private static let groups = 40
  private static let count = Experiment.isSoak ? 1_000 : 300

  private static let lab = {
    var lab = Lab()
    for group in 1...groups {
      lab.add(
        "Branch \(group)",
        [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1), .proxy("10.0.0.3", precedence: 2)])
    }
    return lab
  }()

  /// Each group has a move, a change and a deletion; all other rows create.
  private static let (rows, wanted) = {
    var rows = "PortGroup,Operation,Service,Match Host,Host,Port,TLS Port,Precedence\n"
    var wanted: [String] = []
    for group in 1...groups {
      rows += "Branch \(group),update,102,10.0.0.1,10.5.0.1,,,\n"
      rows += "Branch \(group),update,102,,10.0.0.2,,,77\n"
      rows += "Branch \(group),delete,102,,10.0.0.3,,,\n"
      let id = { (server: Int) in Lab.serverID((group - 1) * 3 + server) }
      wanted.append("Branch \(group): 102 10.5.0.1 5060/5061 #0 (\(id(1)))")
      wanted.append("Branch \(group): 102 10.0.0.2 5060/5061 #77 (\(id(2)))")
    }
    for row in 0..<(count - 3 * groups) {
      let group = row % groups + 1
      rows += "Branch \(group),create,102,,h\(row).example,5060,5061,\(row)\n"
      wanted.append("Branch \(group): 102 h\(row).example 5060/5061 #\(row) (new)")
    }
    return (rows, wanted.sorted())
  }()

  @Test(arguments: Experiment.rounds(1, soak: 5))
  func `with lost answers and requests, every row is done once`(seed: Int) async throws {
    let bench = try await Workbench(
      Self.lab, ["--fault", "drop-reply=20%,drop-request=5%", "--seed", "\(seed + 1)"])
    let outcome = try await bench.imports(
      Self.rows, ["--max-delete", "\(Self.groups)", "--settle-wait", "1s", "--slots", "4"])
    // A creation that is lost three times remains in doubt, and the user resumes the run.
    #expect([0, 6].contains(outcome.run.status), "\(outcome.run.messages)")
    let last = try await bench.resumesUntilDone()
    #expect(last.status == 0, "\(last.messages)")

    let faults = try await bench.sandbox.log().faults
    #expect(try #require(faults["drop-reply"]) > Self.count / 8, "the network was bad indeed")
    #expect(try #require(faults["drop-request"]) > Self.count / 50)
    try await bench.sandbox.faults("")
    #expect(try await bench.summary() == Self.wanted)
    let books = try await bench.books()
    #expect(books.balances)
    #expect(
      books.summary
        == "read \(Self.count), created \(Self.count - 3 * Self.groups), "
        + "updated \(2 * Self.groups), deleted \(Self.groups)")
    #expect(try await bench.rows().allSatisfy { $0.verdict == "verified" && $0.objectID != nil })
  }
}
