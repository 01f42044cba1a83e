import HTTPTransfers
import PortGroupModel
import UnityConnection

extension TargetReport {
  /// What the server shows, for programs; null for what is not known.
  static let findingKeys: [JSONKey<TargetReport>] = [
    JSONKey("certificateSubject", "the subject of the certificate", \.certificate?.subject),
    JSONKey("certificateIssuer", "its issuer", \.certificate?.issuer),
    JSONKey("certificateFrom", "from when it is valid", \.certificate?.begin),
    JSONKey("certificateUntil", "until when it is valid", \.certificate?.end),
    JSONKey("pin", "the pin of its key", \.certificate?.pin),
    JSONKey("trusted", "true if it is trusted", \.isTrusted),
    JSONKey("version", "the version of the server", \.version),
    JSONKey("cluster", "the servers of its cluster", \.cluster),
    JSONKey("id", "the id of the server", \.cluster?.identity?.text),
    JSONKey("portGroups", "the number of its port groups", \.portGroups),
  ]
}

extension ClusterServer: JSONObject {
  static let keys: [JSONKey<ClusterServer>] = [
    JSONKey("name", "its name", \.name),
    JSONKey("role", "primary, secondary, alone, or its state; null if not known", \.role.word),
  ]
}

/// What a check of a server found, for programs.
struct TargetCheckReport: JSONEnding {
  let report: TargetReport

  static let type = "target-check"
  static let summary =
    "Who a server is: the result of `target check`, also if the check ended early."

  static let keys: [JSONKey<TargetCheckReport>] =
    [
      JSONKey("target", "the URL, or `sandbox:FILE`", \.report.addressText),
      JSONKey("name", "the name of the target in targets.ini", \.report.name),
    ] + TargetReport.findingKeys.map { $0.of(\.report) } + [
      JSONKey("locked", "true if a run is pushing to it") { $0.report.pushing != nil },
      JSONKey("error", "why the check ended early; null if it did not", \.report.error),
      JSONKey("next", "the command line to use next; null if there is none") {
        $0.report.error == nil || $0.report.distrust != nil ? $0.report.next : nil
      },
    ]
}

/// What `target add` has written, for programs.
struct AddedTarget: JSONEnding {
  let name: String
  let file: String
  let report: TargetReport
  let entries: [(key: String, value: String)]

  static let type = "target-added"
  static let summary = "The section that `target add` has written, and who the server is."

  static let keys: [JSONKey<AddedTarget>] =
    [
      JSONKey("name", "the new name", \.name),
      JSONKey("file", "the file with its section", \.file),
    ] + TargetReport.findingKeys.map { $0.of(\.report) } + [
      JSONKey("values", "the keys of the section") {
        $0.entries.map { TargetEntry(key: $0.key, value: $0.value) }
      }
    ]
}

private struct TargetEntry: JSONObject {
  let key: String
  let value: String

  static let keys: [JSONKey<TargetEntry>] = [
    JSONKey("key", "the key of targets.ini", \.key),
    JSONKey("value", "its value", \.value),
  ]
}

/// What `target renew` has changed, for programs.
struct RenewedTarget: JSONEnding {
  let name: String
  let file: String
  let changes: [Change]

  struct Change: JSONObject, Sendable {
    let key: String
    let old: String
    let new: String

    static let keys: [JSONKey<Change>] = [
      JSONKey("key", "the key of targets.ini", \.key),
      JSONKey("old", "its former value", \.old),
      JSONKey("new", "its new value", \.new),
    ]
  }

  static let type = "target-renewed"
  static let summary = "What `target renew` has changed."

  static let keys: [JSONKey<RenewedTarget>] = [
    JSONKey("name", "the target's name", \.name),
    JSONKey("file", "the file with its section", \.file),
    JSONKey("changes", "the values that were changed; empty if none was", \.changes),
  ]
}
