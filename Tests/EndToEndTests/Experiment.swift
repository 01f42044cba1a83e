// What the experiments on bad days have in common: how long they go on, and how a server is compared.

import Foundation
import TestSupport
import Testing

/// How much is tried: little where all tests run, all of it in `make soak` (CUPIBULK_SOAK=1).
enum Experiment {
  static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  /// The numbers of the rounds to go.
  static func rounds(_ few: Int, soak many: Int) -> Range<Int> { 0..<(isSoak ? many : few) }
}

extension Workbench {
  /// Every server in short, with its group; one that the lab did not have is called new.
  func picture() async throws -> [String] {
    try await servers().map { server in
      let id = server.objectID.hasPrefix("bbbbbbbb-") ? server.objectID : "new"
      return "\(server.group): \(server.brief) (\(id))"
    }.sorted()
  }

  /// The newest run's name; `nil` where the ledger has none.
  func newestRun() async throws -> String? {
    let runs = try await run(["runs", "list", "--json"]).output.split(separator: "\n")
    let newest = runs.first { $0.contains(#""staged":true"#) }
    return newest?.firstMatch(of: /"run":"([^"]+)"/).map { String($0.output.1) }
  }

  /// The books of a run, of the newest one unless told otherwise.
  func books(of run: String? = nil) async throws -> Books {
    let shown = try await self.run(["runs", "show", "--json"] + [run].compactMap(\.self))
    return try JSONDecoder().decode(Books.self, from: Data(shown.output.utf8))
  }

  /// Goes on with the newest unfinished run as often as a user would who is told to try again.
  func resumesUntilDone(through gate: HoldingGate? = nil) async throws -> ProgramRun {
    let resume = ["resume", "--settle-wait", "0s"]
    var last = try await start(resume, through: gate).finish()
    for _ in 0..<20 where [5, 6].contains(last.status) {
      last = try await start(resume, through: gate).finish()
    }
    return last
  }
}
