import Foundation
import TestSupport
import Testing

/// A disk that becomes full at any moment: the run stops with a clear error, and can be resumed.
///
/// No incomplete file remains. `prlimit` simulates a full disk for one process (see `FullDiskTests`).
@Suite(.serialized) struct FullDiskExperiment {
  private let work = KillExperiment()

  /// Prevents that files of the program grow, if it is still running.
  private func fillDisk(of program: RunningProgram) async throws {
    _ = try await ProgramRun.run(
      ["--pid", "\(program.processID)", "--fsize=0"], program: "/usr/bin/prlimit", in: "/")
  }

  private func checkEnd(_ run: ProgramRun, on bench: Workbench) {
    // 6 if there was room to record that the row is in doubt.
    #expect([0, 1, 6].contains(run.status), "\(run.messages)")
    if run.status == 0 { return }
    let ledger = bench.folder.path("state/cupibulk/ledger.sqlite")
    #expect(
      run.messages.contains(
        "cupibulk: This process may not write a file as large as the ledger \(ledger) would become (ulimit -f)"
      ), "\(run.messages)")
    #expect(
      run.messages.contains("raise the limit, then continue; what was recorded before is safe\n"),
      "\(run.messages)")
    #expect(!run.output.contains("Done: "))
  }

  @Test(arguments: Experiment.rounds(4, soak: 60))
  func `while a run is staged, sent and recorded`(round: Int) async throws {
    let time = try await KillExperiment.usual.value
    let bench = try await work.bench()
    let program = try work.start(bench)
    try await work.wait(time)
    try await fillDisk(of: program)
    checkEnd(await program.finish(), on: bench)
    // An attempt that ended before its rows were staged has nothing to resume.
    if round % 2 == 1, try await bench.newestRun() != nil {
      // There is still no room, or again none.
      let resume = try bench.start(["resume", "--settle-wait", "0s"])
      try await work.wait(time)
      try await fillDisk(of: resume)
      checkEnd(await resume.finish(), on: bench)
    }
    try await work.finish(bench)
  }

  /// How much the ledger may grow, in KiB; one row needs more than the second last value.
  @Test(
    arguments: Experiment.isSoak
      ? [0, 1, 2, 3, 4, 5, 8, 20, 30, 40, 80, 120, 160, 190, 1_000] : [0, 1, 30, 160, 1_000])
  func `a ledger that cannot grow gives the same message at every limit`(limit: Int) async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    let run = try await bench.start(shell: "ulimit -f \(limit); cupibulk import rows.csv").finish()
    if limit == 1_000 {
      #expect(run.status == 0, "\(run.messages)")
    } else {
      // A row that cannot be recorded is not reported as done, and an empty ledger gives another message.
      #expect([1, 6].contains(run.status), "\(run.output)\(run.messages)")
      #expect(
        run.messages.contains("cupibulk: This process may not write a file as large as the ledger ")
      )
    }
    let next =
      try await bench.newestRun() == nil
      ? ["import", "rows.csv"] : ["resume", "--settle-wait", "0s"]
    #expect(try await bench.run(next).status == 0)
    #expect(try await bench.servers(of: "Branch").count == 2)
  }

  /// The requests before which the disk becomes full; the next step plans, journals or records a batch.
  @Test(arguments: [
    "GET /vmrest/portgroups?", "GET /vmrest/portgroups/", "POST ", "PUT ", "DELETE ",
  ])
  func `at a chosen moment, and the resume completes the run`(request: String) async throws {
    let bench = try await work.bench()
    let gate = try HoldingGate(before: bench.sandbox.url, holding: request)
    let program = try work.start(bench, through: gate)
    try await gate.waitForRequest()
    try await fillDisk(of: program)
    gate.open()
    let run = await program.finish()
    #expect(run.status != 0)
    checkEnd(run, on: bench)
    try await work.finish(bench, through: gate)
  }

  @Test(arguments: Experiment.rounds(3, soak: 40))
  func `while an export is read and written`(round: Int) async throws {
    let time = try await KillExperiment.usual.value
    let bench = try await work.bench()
    let whole = try await bench.run(["export", "--format", "csv"]).output
    let old = "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress\n"
    try bench.folder.write(old, to: "out/backup.csv")
    let program = try bench.start(["export", "-o", "out/backup.csv"])
    try await work.wait(time)
    try await fillDisk(of: program)
    let run = await program.finish()
    #expect([0, 1].contains(run.status), "\(run.messages)")
    if run.status == 1 { #expect(run.messages.contains("(ulimit -f)"), "\(run.messages)") }
    let written = try bench.folder.read("out/backup.csv")
    if run.status == 0 {
      #expect(written == whole)
    } else {
      // If only the end of the run could not be recorded, the file already exists.
      let isBooked = !run.messages.contains("as large as the ledger")
      #expect(written == old || !isBooked && written == whole, "\(run.messages)")
    }
    #expect(try bench.folder.allFiles().filter { $0.hasPrefix("out/") } == ["out/backup.csv"])
    #expect(try await bench.run(["export", "-o", "out/backup.csv"]).status == 0)
    #expect(try bench.folder.read("out/backup.csv") == whole)
  }
}
