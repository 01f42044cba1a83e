// The file of a job's metrics among other files.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct MetricsFileTests {
  private let folder: TemporaryFolder
  private let recorder = Recorder()

  init() throws { folder = try TemporaryFolder() }

  private static let metrics = JobMetrics(
    targets: [
      .init(name: "prod", id: "1", lastSuccess: Date(timeIntervalSince1970: 1_795_926_600))
    ], exitCode: 0, start: Date(timeIntervalSince1970: 1_795_926_500),
    end: Date(timeIntervalSince1970: 1_795_926_600))

  private func write(_ metrics: JobMetrics = metrics, to name: String = "job.prom") {
    MetricsFile(path: folder.path(name)).write(metrics, on: recorder.console())
  }

  private func mode(of name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  @Test func `the file is there with one name, and others may read it`() throws {
    write()
    #expect(try folder.names() == ["job.prom"])
    #expect(try folder.read("job.prom") == Self.metrics.text)
    #expect(try mode(of: "job.prom") & ~0o444 == 0o200)
    #expect(recorder.messages.isEmpty)
  }

  @Test func `a job that has reached nothing keeps the last success`() throws {
    write()
    var failed = Self.metrics
    failed.targets = [.init(name: "prod")]
    failed.exitCode = 5
    write(failed)
    let text = try folder.read("job.prom")
    #expect(text.contains("cupibulk_backup_last_run_exit_code 5\n"))
    #expect(text.contains(#"{target="prod",target_id="1"} 1795926600"#))
  }

  @Test func `a file of something else is not replaced`() throws {
    try folder.write("root:x:0:0\n", to: "job.prom")
    write()
    #expect(try folder.read("job.prom") == "root:x:0:0\n")
    #expect(
      recorder.messages.replacing(folder.path, with: "FOLDER") == """
        cupibulk: warning: the metrics file FOLDER/job.prom was not written: it holds something else than metrics of cupibulk; \
        name another file; the backup is not affected

        """)
  }

  @Test func `a damaged file is replaced, and so is an empty one`() throws {
    for text in ["", String(Self.metrics.text.dropLast(3))] {
      try folder.write(text, to: "job.prom")
      write()
      #expect(try folder.read("job.prom") == Self.metrics.text)
    }
  }

  @Test func `what others may write has no values to keep`() throws {
    write()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o666], ofItemAtPath: folder.path("job.prom"))
    var failed = Self.metrics
    failed.targets = [.init(name: "prod")]
    write(failed)
    #expect(!(try folder.read("job.prom").contains("last_success")))
  }

  @Test(arguments: ["missing/job.prom", "pipe", "folder"])
  func `a place that cannot be written is a warning`(name: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: true)
    let made = unsafe mkfifo(folder.path("pipe"), 0o600)
    #expect(made == 0)
    write(to: name)
    #expect(recorder.messages.hasPrefix("cupibulk: warning: the metrics file "))
    #expect(recorder.messages.hasSuffix("; the backup is not affected\n"))
  }
}
