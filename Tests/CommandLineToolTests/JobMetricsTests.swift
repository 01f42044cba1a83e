// The text of a job's metrics, and what an earlier file is good for.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct JobMetricsTests {
  private static let id = "6d496f74-47fa-4636-aafa-be9c3fbc73bf"

  private static func date(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }

  private static let good = JobMetrics.Target(
    name: "prod", id: id, lastSuccess: date(1_795_926_600), lastDrill: date(1_795_000_000),
    servers: 12, groups: 3, snapshots: 30, isSuspect: false)

  private static func metrics(_ targets: [JobMetrics.Target], exit: Int32 = 0) -> JobMetrics {
    JobMetrics(
      targets: targets, exitCode: exit, start: date(1_795_926_500), end: date(1_795_926_601.25))
  }

  static let text = """
    # HELP cupibulk_backup_last_run_exit_code Exit code of the last backup job; 0 is success.
    # TYPE cupibulk_backup_last_run_exit_code gauge
    cupibulk_backup_last_run_exit_code 0
    # HELP cupibulk_backup_last_run_timestamp_seconds When the last backup job ended.
    # TYPE cupibulk_backup_last_run_timestamp_seconds gauge
    cupibulk_backup_last_run_timestamp_seconds 1795926601
    # HELP cupibulk_backup_last_run_duration_seconds How long the last backup job took.
    # TYPE cupibulk_backup_last_run_duration_seconds gauge
    cupibulk_backup_last_run_duration_seconds 101.250
    # HELP cupibulk_backup_last_success_timestamp_seconds When the newest good snapshot of the target ended.
    # TYPE cupibulk_backup_last_success_timestamp_seconds gauge
    cupibulk_backup_last_success_timestamp_seconds{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 1795926600
    # HELP cupibulk_backup_last_drill_timestamp_seconds When a drill of the target last passed: a restore of a snapshot in the sandbox.
    # TYPE cupibulk_backup_last_drill_timestamp_seconds gauge
    cupibulk_backup_last_drill_timestamp_seconds{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 1795000000
    # HELP cupibulk_backup_servers Port group servers in the newest good snapshot of the target.
    # TYPE cupibulk_backup_servers gauge
    cupibulk_backup_servers{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 12
    # HELP cupibulk_backup_port_groups Port groups in the newest good snapshot of the target.
    # TYPE cupibulk_backup_port_groups gauge
    cupibulk_backup_port_groups{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 3
    # HELP cupibulk_backup_snapshots Snapshots of the target that are kept.
    # TYPE cupibulk_backup_snapshots gauge
    cupibulk_backup_snapshots{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 30
    # HELP cupibulk_backup_suspect 1 if the newest snapshot of the target is suspect, else 0.
    # TYPE cupibulk_backup_suspect gauge
    cupibulk_backup_suspect{target="prod",target_id="6d496f74-47fa-4636-aafa-be9c3fbc73bf"} 0

    """

  @Test func `the text has a unit in each name, and no timestamps of samples`() {
    #expect(Self.metrics([Self.good]).text == Self.text)
  }

  @Test func `what is not known has no sample, and a job without targets has its own three`() {
    let text = Self.metrics([JobMetrics.Target(name: "new")], exit: 5).text
    #expect(text.hasPrefix(Self.metrics([], exit: 5).text))
    #expect(!text.contains("target="))
    #expect(text.split(separator: "\n").count == 9)
  }

  static let names = ["a\"b", "a\\b", "a\nb", "a\\\"\n{}", "ä=,\u{301}", "\u{301}x", "a} 1", ""]

  @Test(arguments: names)
  func `a name comes back as it was, whatever it has`(name: String) throws {
    var target = Self.good
    target.name = name
    let text = Self.metrics([target, Self.good]).text
    #expect(text.split(separator: "\n").count == 33)
    let read = try #require(EarlierMetrics.targets(in: Array(text.utf8)))
    #expect(read.map { Array($0.name.utf8) } == [Array(name.utf8), Array("prod".utf8)])
    #expect(read[1] == Self.good)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, -1, 1e300])
  func `no moment is too odd for a number`(seconds: Double) {
    var target = Self.good
    target.lastSuccess = Self.date(seconds)
    let metrics = JobMetrics(
      targets: [target], exitCode: 1, start: Self.date(seconds), end: Self.date(0))
    #expect(metrics.text.split(separator: "\n").count == 27)
  }

  // MARK: Earlier files

  @Test func `a failed job keeps the last success, and the rest of what is not known`() {
    let failed = Self.metrics([JobMetrics.Target(name: "prod")], exit: 5)
    #expect(failed.keeping([Self.good]).targets == [Self.good])
    var suspect = JobMetrics.Target(name: "prod", id: Self.id)
    suspect.isSuspect = true
    var expected = Self.good
    expected.isSuspect = true
    #expect(Self.metrics([suspect]).keeping([Self.good]).targets == [expected])
  }

  @Test func `a job that ended before any target was begun keeps the values of all`() {
    let ended = Self.metrics([], exit: 2).keeping([Self.good])
    #expect(ended.targets == [Self.good] && ended.exitCode == 2)
  }

  @Test func `what is known now wins, and another server of the same name keeps nothing`() {
    var now = Self.good
    now.lastSuccess = Self.date(1_795_926_700)
    now.servers = 0
    #expect(Self.metrics([now]).keeping([Self.good]).targets == [now])
    let other = JobMetrics.Target(name: "prod", id: "other")
    #expect(Self.metrics([other]).keeping([Self.good]).targets == [other])
  }

  @Test func `each beginning of a file is none, or has only values of its targets`() {
    let bytes = Array(Self.text.utf8)
    for count in 0..<bytes.count {
      guard let targets = EarlierMetrics.targets(in: Array(bytes[..<count])) else { continue }
      for target in targets {
        #expect(target.name == "prod" && target.id == Self.id)
        #expect(target.lastSuccess == Self.good.lastSuccess)
      }
    }
  }

  @Test func `a changed byte changes a value, spoils the file, or does nothing`() {
    let bytes = Array(Self.text.utf8)
    for index in bytes.indices {
      for byte: UInt8 in [0, 0x0A, 0x20, 0x22, 0x39, 0x5C, 0x7B, 0x7D, 0xCC, 0xFF] {
        var damaged = bytes
        damaged[index] = byte
        for target in EarlierMetrics.targets(in: damaged) ?? [] {
          #expect(target.name.utf8.count <= 4 + 1 && (target.servers ?? 0) <= 99)
        }
      }
    }
  }

  private static let head = "# HELP cupibulk_backup_x y\n"

  @Test(arguments: [
    "", "\n", "node_load1 0.5\n", head + "node_load1 0.5\n", head + "cupibulk_backup_other 1\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"} -1"# + "\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"} 1 1795926600"# + "\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"} 1e9"# + "\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"} NaN"# + "\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"} 99999999999999999999"# + "\n",
    head + #"cupibulk_backup_servers{target="a",target_id="b"}1"# + "\n",
    head + #"cupibulk_backup_servers{target="a"} 1"# + "\n",
    head + #"cupibulk_backup_servers{target="a\x",target_id="b"} 1"# + "\n",
    head + #"cupibulk_backup_servers{target="a,target_id=b} 1"# + "\n",
    head + #"cupibulk_backup_suspect{target="a",target_id="b"} 2"# + "\n",
    head + #"cupibulk_backup_last_run_exit_code{target="a",target_id="b"} 2"# + "\n",
    head + "cupibulk_backup_servers{\n", head + "cupibulk_backup_last_run_exit_code 0",
  ])
  func `a foreign or damaged file has no values`(text: String) {
    #expect(EarlierMetrics.targets(in: Array(text.utf8)) == nil)
  }

  @Test func `bytes that are no UTF-8 are a damaged file`() {
    #expect(EarlierMetrics.targets(in: Array(Self.head.utf8) + [0xFF, 0x0A]) == nil)
  }
}
