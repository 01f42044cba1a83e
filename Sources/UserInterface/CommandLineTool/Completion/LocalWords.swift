import FoundationEssentials
import RowLedger
import SnapshotRepository

/// Words from the files of this machine, read as they are: nothing is created, converted, asked or connected.
///
/// A file that is refused by the usual checks, cannot be read or is damaged gives no words.
struct LocalWords: KnownWords {
  let line: CompletionLine
  let environment: [String: String]

  /// How many runs and snapshots are offered.
  private static let newest = 50
  /// How many port groups are offered.
  private static let groupLimit = 2_000

  private var registry: TargetRegistry? {
    try? TargetRegistry.load(TargetsPlaces(environment: environment))
  }

  func targets() -> [Word] {
    registry?.targets.map { target in
      let tags = target.tags.isEmpty ? "" : " (\(target.tags.joined(separator: ", ")))"
      return Word(target.name, target.url + tags)
    } ?? []
  }

  func tags() -> [Word] {
    Set(registry?.targets.flatMap(\.tags) ?? []).sorted().map { Word($0) }
  }

  func repositories() -> [Word] {
    var named: [String: [String]] = [:]
    for target in registry?.targets ?? [] {
      if let folder = target.repository { named[folder, default: []].append(target.name) }
    }
    return named.sorted { $0.key < $1.key }.map { folder, targets in
      Word(folder, "the snapshots of \(targets.joined(separator: ", "))")
    }
  }

  // MARK: The ledger

  private var ledger: String {
    line.value(.ledger) ?? Option.ledger.environmentName.flatMap { environment[$0] }
      ?? StateFolder(environment: environment).ledger
  }

  func runs(exports: Bool) -> [Word] {
    LedgerGlance.newestRuns(at: ledger, limit: exports ? 500 : Self.newest)
      .filter { !exports || $0.opening.kind == .export }.prefix(Self.newest).map { run in
        let target = run.opening.target.name ?? run.opening.target.url
        let end = run.exitCode.map { "exit \($0)" } ?? "not ended"
        return Word(
          run.id.text,
          "\(LocalTime.text(run.started)) \(run.opening.kind.rawValue) \(target), \(end)")
      }
  }

  func groups() -> [Word] {
    let address = targetName.map { name in
      registry?[name].map { TargetAddress.server($0.nodes[0]) } ?? (try? TargetAddress(name))
    }
    let recorded = LedgerGlance.groups(
      at: ledger,
      ofRuns: { run in
        guard let address else { return true }
        return address.map(run.isOn) ?? false
      }, limit: Self.groupLimit)
    // Runs name only the groups that they changed.
    let names = recorded + snapshotGroups.filter { !recorded.contains($0) }
    return names.sorted().map { Word($0) }
  }

  /// The target of the command line, or that of the variable.
  private var targetName: String? {
    line.value(.target) ?? Option.target.environmentName.flatMap { environment[$0] }
  }

  // MARK: Repositories

  func snapshots(in folder: String?) -> [Word] {
    guard let folder = folder ?? repositoryFolder else { return [] }
    let snapshots = histories(in: folder).flatMap { $0.history.snapshots }
      .sorted { $0.ended > $1.ended }
    return snapshots.prefix(Self.newest).map { snapshot in
      let state = snapshot.isGood ? "" : ", suspect"
      return Word(
        snapshot.id.text,
        "\(LocalTime.text(snapshot.ended)) \(snapshot.target.title), "
          + Quantity.count(snapshot.servers, "server") + state)
    }
  }

  /// The port groups of the newest good snapshot of the target on the command line.
  private var snapshotGroups: [String] {
    guard let folder = repositoryFolder else { return [] }
    let name = targetName
    for (repository, history) in histories(in: folder) {
      guard let snapshot = history.lastGood else { continue }
      if let name, !RepositoryAccess.isNamed(snapshot.target, name) { continue }
      guard let manifest = try? repository.manifest(of: snapshot, in: history) else { continue }
      return manifest.groups.prefix(Self.groupLimit).map(\.name).sorted()
    }
    return []
  }

  /// `--repo`, or the folder of a snapshot on the line, else the repository of the target's section, else that of the
  /// variable.
  private var repositoryFolder: String? {
    if let folder = line.value(.repo) { return folder }
    if let named = line.operands.lazy.compactMap(ConfigurationReference.snapshot).first {
      return named.folder
    }
    return targetName.flatMap { registry?[$0]?.repository }
      ?? Option.repo.environmentName.flatMap { environment[$0] }
  }

  private func histories(in folder: String) -> [(repository: Repository, history: TargetHistory)] {
    guard let repository = try? RepositoryAccess.open(folder),
      let histories = try? repository.histories()
    else { return [] }
    return histories.map { (repository, $0) }
  }
}
