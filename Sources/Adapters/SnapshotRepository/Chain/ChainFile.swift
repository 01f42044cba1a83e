// The file of a chain, which the writer of a repository and that of a copy continue in the same way.

extension RepositoryFiles {
  /// Makes the folders of a target, which may exist.
  func makeFolders(ofTarget target: String) throws(FileFault) {
    let folder = RepositoryLayout.targets + "/" + target
    try makeFolder(folder)
    try syncFolder(RepositoryLayout.targets)
    try makeFolder(RepositoryLayout.snapshots(target))
    try syncFolder(folder)
  }

  /// Cuts half a line at the end, and gives a whole one its line end if that is missing or was changed.
  func repairEnd(of chain: Chain, ofTarget target: String) throws(FileFault) {
    guard let length = chain.lengthBeforeTorn ?? chain.lengthBeforeLineEnd else { return }
    let file = try open(RepositoryLayout.chain(target))
    try file.truncate(to: length)
    if chain.lengthBeforeLineEnd != nil { try file.append([Chain.newline]) }
    try file.sync()
  }

  /// Appends whole lines, all with one synchronization; the file is made with the first ones.
  func append(_ lines: [UInt8], toChainOf target: String) throws(FileFault) {
    let path = RepositoryLayout.chain(target)
    let size = try size(of: path)
    let file = size == nil ? try create(path) : try open(path)
    do throws(FileFault) {
      try file.append(lines)
      try file.sync()
      if size == nil { try syncFolder(path.parentPath) }
    } catch {
      // Otherwise the next writer cuts what is half a line.
      try? file.truncate(to: size ?? 0)
      throw error
    }
  }
}
