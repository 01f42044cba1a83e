import HTTPMessages
import Synchronization
import TestSupport
import Testing

/// An administrator who uses three of the server's five slots never waits for a run with the default slots.
@Suite(.serialized) struct AdministratorExperiment {
  private static let groups = 8

  private static let lab = {
    var lab = Lab()
    lab.add("Theirs", [.proxy("10.9.0.1"), .proxy("10.9.0.2"), .proxy("10.9.0.3")])
    for group in 1...groups { lab.add("Branch \(group)", [.proxy("10.0.0.1")]) }
    return lab
  }()

  private static let rows = {
    var rows = "PortGroup,Service,Host\n"
    for row in 0..<(groups * (Experiment.isSoak ? 100 : 12)) {
      rows += "Branch \(row % groups + 1),102,h\(row).example\n"
    }
    return rows
  }()

  private func bench() async throws -> Workbench {
    let bench = try await Workbench(Self.lab, ["--server-slots", "5"])
    try bench.folder.write(Self.rows, to: "rows.csv")
    return bench
  }

  /// Whether the administrator has finished.
  private final class Day: Sendable {
    let value = Mutex(false)
  }

  /// One of the administrator's three browser tabs: it sends one request directly after another.
  private static func browse(
    _ sandbox: SandboxProcess, _ tab: Int, until isOver: Day
  ) async throws {
    let server = "portgroups/\(Lab.groupID(1))/portgroupservers/\(Lab.serverID(tab))"
    var precedence = 0
    while !isOver.value.withLock(\.self) {
      precedence += 1
      #expect(
        try await sandbox.anotherClient(.put, server, ["Precedence": "\(precedence % 100)"]) == 204)
      #expect(
        try await sandbox.anotherClient(.get, "portgroups/\(Lab.groupID(1))/portgroupservers")
          == 200)
    }
  }

  @Test func `three requests of the administrator are always in flight, and none is queued`()
    async throws
  {
    let bench = try await bench()
    try await bench.sandbox.faults("slow=10ms")
    let day = Day()
    let tabs = (1...3).map { tab in
      Task { try await Self.browse(bench.sandbox, tab, until: day) }
    }
    let run = try await bench.start(["import", "rows.csv"]).finish()
    day.value.withLock { $0 = true }
    for tab in tabs { try await tab.value }
    #expect(run.status == 0, "\(run.messages)")
    let log = try await bench.sandbox.log()
    #expect(log.mostQueued == 0)
    #expect(log.mostInFlight <= 5)
    #expect(log.turnedAway == 0)
    // Every row was sent, although the administrator's many logins may have replaced the run's session.
    let created = Self.rows.split(separator: "\n").count - 1
    #expect(try await bench.servers().count == 3 + Self.groups + created)
  }

  /// The same without chance: at one moment, the maximum number of requests is in flight.
  @Test(arguments: [(nil, 5, 0), ("3", 6, 1)] as [(String?, Int, Int)])
  func `with all five slots in use, only the default slots leave no request waiting`(
    slots: String?, inFlight: Int, queued: Int
  ) async throws {
    let bench = try await bench()
    try await bench.sandbox.faults("hold=5")
    let tabs = (1...3).map { tab in
      Task {
        let server = "portgroups/\(Lab.groupID(1))/portgroupservers/\(Lab.serverID(tab))"
        return try await bench.sandbox.anotherClient(.put, server, ["Precedence": "7"])
      }
    }
    try await bench.sandbox.waitUntilHeld(3)
    let program = try bench.start(
      ["import", "rows.csv"] + (slots.map { ["--slots", $0] } ?? []))
    try await bench.sandbox.waitUntilHeld(5)
    while try await bench.sandbox.log().mostQueued < queued {
      try await Task.sleep(for: .milliseconds(5))
    }
    try await bench.sandbox.faults("")
    try await bench.sandbox.release()
    for tab in tabs { #expect(try await tab.value == 204) }
    #expect(await program.finish().status == 0)
    let log = try await bench.sandbox.log()
    #expect(log.mostQueued == queued)
    #expect(log.mostInFlight == inFlight)
  }
}
