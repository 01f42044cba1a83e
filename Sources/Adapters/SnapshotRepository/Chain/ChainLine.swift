/// A line of a target's chain: what happened to its snapshots, one after another.
///
/// A line is a JSON object with sorted keys, and ends with its own SHA-256 (`sum`), so that a changed byte is noticed
/// in the last line too. `previous` is the SHA-256 of the whole line before, without its line end.
package struct ChainLine: Codable, Sendable, Equatable {
  package enum Event: String, Codable, Sendable {
    /// A snapshot was taken.
    case backup
    /// A suspect one was called good by a person.
    case accept
    /// A snapshot must never be forgotten.
    case keep
    /// A snapshot was moved to the trash.
    case forget
    /// A restore was rehearsed.
    case drill
    /// All files were read and compared.
    case verify
  }

  /// The number of the line, from 1.
  package var seq: Int
  /// The digest of the line before; `firstPrevious` in the first one.
  package var previous: String
  package var event: Event
  /// When, in UTC: `2026-11-27T04:15:00Z`.
  package var time: String
  /// Who, as `user@host`.
  package var who: String
  /// The snapshot; `nil` for a drill or verification of no single one.
  package var snapshot: String?
  /// The digest of the snapshot's manifest.
  package var sha256: String?
  /// Why, as the user said.
  package var reason: String?
  /// Whether a drill or a verification found everything as it must be.
  package var passed: Bool?
  /// True if the writer was stopped after the manifest, and the next one wrote this line.
  package var recovered: Bool?
  /// What a backup has read.
  package var backup: Facts?

  /// What lists and policies need of a snapshot, so that manifests need not be read for them.
  package struct Facts: Codable, Sendable, Equatable {
    package var target: SnapshotTarget
    /// When the reading ended, in UTC.
    package var ended: String
    /// The digest of the configuration: object and groups; equal ones are one point of the list.
    package var content: String
    /// The digest of the object.
    package var object: String
    package var groups: Int
    package var servers: Int
    /// Why the snapshot is suspect, as sentences; empty for a good one.
    package var suspicions: [String]
  }

  /// What the first line has for the digest of the line before.
  package static let firstPrevious = String(repeating: "0", count: 64)
}
