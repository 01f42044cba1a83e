import FoundationEssentials

/// How a backup job went, as gauges for the textfile collector of node_exporter.
///
/// Job: `cupibulk_backup_last_run_exit_code`, `…_last_run_timestamp_seconds` (its end) and
/// `…_last_run_duration_seconds`. Each target, with the labels `target` and `target_id`:
/// `cupibulk_backup_last_success_timestamp_seconds` (when its newest good snapshot ended),
/// `…_last_drill_timestamp_seconds`, `…_servers`, `…_port_groups` (of the newest good snapshot), `…_snapshots`
/// (that are kept) and `…_suspect` (1 if its newest snapshot is suspect, else 0).
///
/// The two moments of a target never move because a job failed: an alert compares them with the time.
struct JobMetrics: Sendable, Equatable {
  /// What is known of a target; a value that is `nil` keeps its place in an earlier file.
  struct Target: Sendable, Equatable {
    /// Its name in `targets.ini`, or its URL.
    var name: String
    /// The server's own id.
    var id: String?
    /// The end of the newest good snapshot.
    var lastSuccess: Date?
    var lastDrill: Date?
    /// In the newest good snapshot.
    var servers: Int?
    /// In the newest good snapshot.
    var groups: Int?
    /// How many are kept.
    var snapshots: Int?
    /// True if the newest snapshot is suspect.
    var isSuspect: Bool?
  }

  var targets: [Target]
  var exitCode: Int32
  var start: Date
  var end: Date

  /// The same, with the values of an earlier file for those that are not known now.
  ///
  /// A target is the same if its name is, and its id as far as both are known. A job that ended before any target was
  /// begun keeps all of them: an alert must not lose the moments that it compares with the time.
  func keeping(_ earlier: [Target]) -> JobMetrics {
    var metrics = self
    guard !targets.isEmpty else {
      metrics.targets = earlier
      return metrics
    }
    metrics.targets = targets.map { target in
      let old = earlier.first { old in
        old.name.utf8.elementsEqual(target.name.utf8)
          && (old.id == nil || target.id == nil || old.id == target.id)
      }
      guard let old else { return target }
      return Target(
        name: target.name, id: target.id ?? old.id,
        lastSuccess: target.lastSuccess ?? old.lastSuccess,
        lastDrill: target.lastDrill ?? old.lastDrill, servers: target.servers ?? old.servers,
        groups: target.groups ?? old.groups, snapshots: target.snapshots ?? old.snapshots,
        isSuspect: target.isSuspect ?? old.isSuspect)
    }
    return metrics
  }

  /// The text of the file, in Prometheus's text format 0.0.4, without timestamps of samples, which the collector refuses.
  var text: String {
    let milliseconds = max(0, Self.whole(end.timeIntervalSince(start) * 1_000))
    let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
    var lines =
      Self.lines(.exitCode, [("", String(exitCode))])
      + Self.lines(.end, [("", String(Self.seconds(end)))])
      + Self.lines(.duration, [("", "\(milliseconds / 1_000).\(fraction)")])
    for gauge in Gauge.ofTargets {
      let samples = targets.compactMap { target in
        gauge.value(of: target).map { (labels: target.labels, value: String($0)) }
      }
      lines += Self.lines(gauge, samples)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Metrics without samples are left out.
  private static func lines(
    _ gauge: Gauge, _ samples: [(labels: String, value: String)]
  ) -> [String] {
    guard !samples.isEmpty else { return [] }
    let name = gauge.name
    return ["# HELP \(name) \(gauge.help)", "# TYPE \(name) gauge"]
      + samples.map { "\(name)\($0.labels) \($0.value)" }
  }

  /// The whole seconds since 1970 (UTC), at least 0.
  fileprivate static func seconds(_ date: Date) -> Int { max(0, whole(date.timeIntervalSince1970)) }

  /// The number without its fraction, within a range that every reader of the file has.
  private static func whole(_ number: Double) -> Int {
    number.isFinite ? Int(min(max(number.rounded(.down), -1e15), 1e15)) : 0
  }
}

extension JobMetrics {
  /// A metric of the file.
  enum Gauge: String, Sendable, CaseIterable {
    case exitCode = "last_run_exit_code"
    case end = "last_run_timestamp_seconds"
    case duration = "last_run_duration_seconds"
    case lastSuccess = "last_success_timestamp_seconds"
    case lastDrill = "last_drill_timestamp_seconds"
    case servers
    case groups = "port_groups"
    case snapshots
    case suspect

    /// Those with the labels of a target.
    static let ofTargets: [Gauge] = [
      .lastSuccess, .lastDrill, .servers, .groups, .snapshots, .suspect,
    ]

    static let prefix = "cupibulk_backup_"

    var name: String { Self.prefix + rawValue }

    var help: String {
      switch self {
      case .exitCode: "Exit code of the last backup job; 0 is success."
      case .end: "When the last backup job ended."
      case .duration: "How long the last backup job took."
      case .lastSuccess: "When the newest good snapshot of the target ended."
      case .lastDrill:
        "When a drill of the target last passed: a restore of a snapshot in the sandbox."
      case .servers: "Port group servers in the newest good snapshot of the target."
      case .groups: "Port groups in the newest good snapshot of the target."
      case .snapshots: "Snapshots of the target that are kept."
      case .suspect: "1 if the newest snapshot of the target is suspect, else 0."
      }
    }

    func value(of target: Target) -> Int? {
      switch self {
      case .exitCode, .end, .duration: nil
      case .lastSuccess: target.lastSuccess.map(JobMetrics.seconds)
      case .lastDrill: target.lastDrill.map(JobMetrics.seconds)
      case .servers: target.servers
      case .groups: target.groups
      case .snapshots: target.snapshots
      case .suspect: target.isSuspect.map { $0 ? 1 : 0 }
      }
    }

    /// Sets the value in a target; false if the number cannot be this metric's.
    func set(_ number: Int, in target: inout Target) -> Bool {
      switch self {
      case .exitCode, .end, .duration: return false
      case .lastSuccess: target.lastSuccess = Date(timeIntervalSince1970: Double(number))
      case .lastDrill: target.lastDrill = Date(timeIntervalSince1970: Double(number))
      case .servers: target.servers = number
      case .groups: target.groups = number
      case .snapshots: target.snapshots = number
      case .suspect:
        guard number <= 1 else { return false }
        target.isSuspect = number == 1
      }
      return true
    }
  }
}

extension JobMetrics.Target {
  /// `{target="prod",target_id="6d49…"}`; backslash, quotation mark and line feed are escaped.
  fileprivate var labels: String {
    func escaped(_ text: String) -> String {
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
    return "{target=\"\(escaped(name))\",target_id=\"\(escaped(id ?? ""))\"}"
  }
}
