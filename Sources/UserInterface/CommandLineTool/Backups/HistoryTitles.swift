// How users tell the targets of a repository apart.

import SnapshotRepository

extension [TargetHistory] {
  /// The title of a target; with the beginning of its id, as in `prod (91f2c0de)`, if another one has the same title.
  func title(of history: TargetHistory) -> String {
    let isShared = contains { other in
      other.folder != history.folder && other.title.utf8.elementsEqual(history.title.utf8)
    }
    guard isShared, let id = history.target?.id else { return history.title }
    return "\(history.title) (\(id.prefix(8)))"
  }

  /// The error with the titles that tell these targets apart.
  func distinguished(_ fault: RepositoryFault) -> RepositoryFault {
    guard case .reference(let reference) = fault.cause else { return fault }
    switch reference {
    case .severalTargets(let titles):
      return RepositoryFault(.reference(.severalTargets(distinguished(titles))))
    case .noSuchTarget(let name, let titles):
      return RepositoryFault(.reference(.noSuchTarget(name, distinguished(titles))))
    default: return fault
    }
  }

  private func distinguished(_ titles: [String]) -> [String] {
    let named = filter { $0.isKnown && titles.contains($0.title) }
    return named.count == titles.count ? named.map(title) : titles
  }
}
