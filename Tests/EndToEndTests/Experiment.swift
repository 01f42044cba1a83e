// Helpers of the experiments: the number of rounds, and comparing servers and runs.

import Foundation
import TestSupport
import Testing

/// The size of the experiments: small in normal test runs, full in `make soak` (CUPIBULK_SOAK=1).
enum Experiment {
  static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"

  /// Returns the numbers of the rounds to run.
  static func rounds(_ few: Int, soak many: Int) -> Range<Int> { 0..<(isSoak ? many : few) }
}

extension Workbench {
  /// Returns every server in a short notation, with its group; a server that is not from the lab is `new`.
  func summary() async throws -> [String] {
    try await servers().map { server in
      let id = server.objectID.hasPrefix("bbbbbbbb-") ? server.objectID : "new"
      return "\(server.group): \(server.brief) (\(id))"
    }.sorted()
  }

  /// The newest run's name; `nil` if the ledger has none.
  func newestRun() async throws -> String? {
    let runs = try await run(["runs", "list", "--json"]).output.split(separator: "\n")
    let newest = runs.first { $0.contains(#""staged":true"#) }
    return newest?.firstMatch(of: /"run":"([^"]+)"/).map { String($0.output.1) }
  }

  /// Returns the books of a run, by default of the newest one.
  func books(of run: String? = nil) async throws -> Books {
    let shown = try await self.run(["runs", "show", "--json"] + [run].compactMap(\.self))
    return try JSONDecoder().decode(Books.self, from: Data(shown.output.utf8))
  }

  /// Resumes the newest unfinished run as often as the messages ask for it.
  func resumesUntilDone(through gate: HoldingGate? = nil) async throws -> ProgramRun {
    let resume = ["resume", "--settle-wait", "0s"]
    var last = try await start(resume, through: gate).finish()
    for _ in 0..<20 where [5, 6].contains(last.status) {
      last = try await start(resume, through: gate).finish()
    }
    return last
  }
}
