import FoundationEssentials

@testable import SnapshotRepository

/// A repository over any files, and short ways to fill it.
struct RepositoryRig {
  let files: any RepositoryFiles
  var now = Date(timeIntervalSince1970: 1_795_839_300)

  static let prod = SnapshotTarget(
    id: "91f2c0de-0000-4000-8000-000000000001", name: "prod", url: "https://cuc.example.com")

  init(_ files: any RepositoryFiles) { self.files = files }

  func prepare() throws(RepositoryFault) {
    _ = try Repository.prepare(in: files, now: now) { settings, _ in settings.targets = ["prod"] }
  }

  func writer() throws(RepositoryFault) -> RepositoryWriter {
    try RepositoryWriter(Repository(files), now: now, who: "jd@jump01")
  }

  /// Groups with these numbers of servers.
  static func groups(_ counts: [Int]) -> [Manifest.Group] {
    counts.enumerated().map { index, count in
      Manifest.Group(
        id: "00000000-0000-4000-8000-00000000000\(index)", name: "PG \(index)", kind: 2,
        readToEnd: true, servers: ["102": count])
    }
  }

  /// Takes a snapshot as `run` would.
  @discardableResult func backup(
    _ counts: [Int] = [3, 2], content: String? = nil, of target: SnapshotTarget = prod,
    isMoving: Bool = false, by writer: RepositoryWriter? = nil
  ) throws(RepositoryFault) -> Snapshot {
    let writer = if let writer { writer } else { try self.writer() }
    let object = try writer.newObject()
    try object.write(Array((content ?? "servers \(counts)").utf8))
    let facts = try object.finish()
    return try writer.add(
      SnapshotDraft(
        target: target, began: now - 60, ended: now, passes: 2, isMoving: isMoving,
        groups: Self.groups(counts), tool: "test 1", run: nil), facts)
  }

  func history(_ target: SnapshotTarget = prod) throws(RepositoryFault) -> TargetHistory {
    try Repository(files).histories().first { $0.target?.id == target.id }
      ?? TargetHistory(folder: target.folder(), chain: Chain())
  }

  func problems(heads: [String] = []) throws(RepositoryFault) -> [RepositoryProblem] {
    var verification = RepositoryVerification(try Repository(files), heads: heads)
    return try verification.run()
  }

  /// The bytes of the object of a snapshot, unpacked and checked as a reader does.
  func isReadable(_ snapshot: Snapshot) throws(RepositoryFault) -> Bool {
    let repository = try Repository(files)
    let manifest = try repository.manifest(of: snapshot, in: try history(snapshot.target))
    return try StoredObject(snapshot.object, in: files).isIntact(size: manifest.object.size)
  }
}
