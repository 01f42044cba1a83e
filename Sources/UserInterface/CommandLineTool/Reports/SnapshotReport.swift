// Snapshots as programs read them.

import FoundationEssentials
import SnapshotRepository

extension Snapshot: JSONObject {
  static let keys: [JSONKey<Snapshot>] = [
    JSONKey("snapshot", "its id", \.id.text),
    JSONKey("target", "the target: its name, or its URL", \.target.title),
    JSONKey("targetID", "the id of its server", \.target.id),
    JSONKey("ended", "when its reading ended", \.ended),
    JSONKey("good", "true if it is not suspect, or a person called it good", \.isGood),
    JSONKey("suspicions", "why it was suspect when it was taken", \.suspicions),
    JSONKey("accepted", "why a person called it good", \.accepted),
    JSONKey("kept", "why a person wants it to be kept", \.kept),
    JSONKey("forgotten", "true if it is in the trash", \.isForgotten),
    JSONKey("servers", "the number of its servers", \.servers),
    JSONKey("groups", "the number of its port groups", \.groups),
    JSONKey("object", "the SHA-256 of its unpacked file, which is the name of that", \.object),
    JSONKey("content", "the digest of the configuration: equal ones do not differ", \.content),
  ]
}

/// A snapshot, or several of one configuration, as a line of the list.
struct SnapshotLine: JSONLine {
  let shown: Snapshot
  let from: Date?
  let to: Date?
  let taken: Int

  static let type = "snapshot"
  static let summary =
    "A snapshot, or several of one configuration of which the last good one is shown: a line of `backup list`."

  static let keys: [JSONKey<SnapshotLine>] =
    Snapshot.keys.map { $0.of(\.shown) } + [
      JSONKey("from", "when the first of them ended", \.from),
      JSONKey("to", "when the last of them ended", \.to),
      JSONKey("taken", "how many there are", \.taken),
    ]
}

/// What a policy does with a snapshot.
struct RetentionLine: JSONLine {
  let snapshot: Snapshot
  let decision: RetentionDecision
  let isDry: Bool

  static let type = "retention"
  static let summary = "Whether a snapshot is kept, and why: a line of `backup forget`."

  static let keys: [JSONKey<RetentionLine>] =
    Snapshot.keys.map { $0.of(\.snapshot) } + [
      JSONKey("dryRun", "true if nothing was forgotten", \.isDry),
      JSONKey("keep", "true if it is kept", \.decision.isKept),
      JSONKey("reasons", "why it is kept, as words; why not, if it is not") {
        $0.decision.reasons.map(\.rawValue)
      },
    ]
}

/// Everything about a snapshot.
struct SnapshotReport: JSONEnding {
  let snapshot: Snapshot
  let manifest: Manifest
  /// Where its packed file is.
  let path: String

  static let type = "snapshot-details"
  static let summary = "Everything about a snapshot: the result of `backup show`."

  static let keys: [JSONKey<SnapshotReport>] =
    Snapshot.keys.map { $0.of(\.snapshot) } + [
      JSONKey("version", "the version of the server", \.snapshot.target.version),
      JSONKey("url", "the URL of the server, or `sandbox:FILE`", \.snapshot.target.url),
      JSONKey("began", "when its reading began (UTC)", \.manifest.began),
      JSONKey("passes", "how often the server was read", \.manifest.passes),
      JSONKey("moving", "true if no two readings agreed", \.manifest.moving),
      JSONKey("who", "the user and host", \.manifest.who),
      JSONKey("tool", "the version of the program", \.manifest.tool),
      JSONKey("run", "the run of the ledger", \.manifest.run),
      JSONKey("file", "its packed file, which can be imported", \.path),
      JSONKey("size", "the size of the unpacked file in bytes", \.manifest.object.size),
      JSONKey("packedSize", "the size of the packed file in bytes", \.manifest.object.packedSize),
      JSONKey("manifest", "the SHA-256 of its manifest", \.snapshot.manifest),
      JSONKey("portGroups", "its port groups", \.manifest.groups),
    ]
}

extension Manifest.Group: JSONObject {
  static let keys: [JSONKey<Manifest.Group>] = [
    JSONKey("id", "its id", \.id),
    JSONKey("name", "its name", \.name),
    JSONKey("integration", "TelephonyIntegrationMethodEnum of the API", \.kind),
    JSONKey("readToEnd", "true if its servers were read to the end", \.readToEnd),
    JSONKey("servers", "the number of its servers", \.serverCount),
  ]
}
