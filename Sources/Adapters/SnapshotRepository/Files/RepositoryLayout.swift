/// The names of the files of a repository.
enum RepositoryLayout {
  static let settings = "repository.json"
  static let lock = "lock"
  static let objects = "objects"
  static let targets = "targets"
  static let trash = "trash"
  /// Files that are being written; only the writer has any.
  static let temporary = "tmp"

  static let folders = [objects, targets, temporary, trash]

  /// For how long forgotten files stay in the trash, in days.
  static let trashDays = 30

  /// The name of an object in a folder of the trash.
  static func trashedObject(_ digest: String) -> String { digest + objectSuffix }

  /// The name of a manifest in a folder of the trash.
  static func trashed(_ id: SnapshotID, of target: String) -> String {
    "\(target)/\(id.text)\(manifestSuffix)"
  }

  static func object(_ digest: String) -> String {
    "\(objects)/\(String(decoding: digest.utf8.prefix(2), as: UTF8.self))/\(digest)\(objectSuffix)"
  }

  static let objectSuffix = ".xml.gz"
  static let manifestSuffix = ".json"

  static func chain(_ target: String) -> String { "\(targets)/\(target)/chain.jsonl" }

  static func snapshots(_ target: String) -> String { "\(targets)/\(target)/snapshots" }

  static func manifest(_ id: SnapshotID, of target: String) -> String {
    "\(snapshots(target))/\(id.text)\(manifestSuffix)"
  }
}

/// The longest files that are read, in bytes.
enum RepositoryLimits {
  static let settings = 1 << 20
  static let manifest = 64 << 20
  static let chain = 1 << 30
}
