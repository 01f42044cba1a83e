package import BulkFiles

/// Writes a plan file entry by entry; it appears whole or not at all, readable by its owner alone.
package struct PlanWriter {
  private let file: OutputFile
  private let head: [UInt8]

  /// Begins a file with its first line.
  ///
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(
    path: String, head: PlanHead, shouldWait: @escaping () -> Bool
  ) throws(OutputFailure) {
    file = try OutputFile(path: path, readers: .owner, shouldWait: shouldWait)
    self.head = PlanLine.text(of: head)
    try file.write(self.head + [0x0A])
  }

  /// Writes the next entry.
  package func write(_ entry: PlanEntry) throws(OutputFailure) {
    try file.write(PlanLine.text(of: entry) + [0x0A])
  }

  /// Writes the last line, and makes the file appear.
  package func finish(_ digest: PlanDigest.Result) throws(OutputFailure) {
    try file.write(
      PlanLine.end(digest.counts, body: digest.body, head: PlanDigest.text(ofLine: head)) + [0x0A])
    try file.finish()
  }
}
