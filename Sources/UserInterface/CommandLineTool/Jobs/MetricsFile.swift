import BulkFiles
import Bytes
import Glibc

/// The file of a job's metrics, which appears whole or not at all; the collector never sees a part of it.
struct MetricsFile {
  let path: String

  /// The largest file that is read, in bytes.
  private static let limit = 1 << 20

  /// Writes the metrics, with the earlier file's values for what is not known now.
  ///
  /// A failure is a warning. The exit code speaks of the backup: a job that has a good snapshot must not look failed,
  /// and a script must not repeat it. The alert comes without the exit code too, because the moment of the last success
  /// in the old file gets older.
  func write(_ metrics: JobMetrics, on console: Console) {
    let complaint: String?
    do throws(OutputFailure) {
      complaint = try replace(with: metrics)
    } catch {
      complaint = error.message
    }
    guard let complaint else { return }
    console.warn(
      "the metrics file \(path.escapedForDisplay) was not written: \(complaint); the backup is not affected"
    )
  }

  /// Returns why the file must not be replaced; `nil` if it was.
  private func replace(with metrics: JobMetrics) throws(OutputFailure) -> String? {
    var earlier: [JobMetrics.Target] = []
    switch content() {
    case .absent: break
    case .own(let targets): earlier = targets
    case .foreign(let complaint): return complaint
    }
    // A pipe without a reader must not hold up the job.
    let file = try OutputFile(path: path, readers: .allReadOnly, shouldWait: { false })
    try file.write(Array(metrics.keeping(earlier).text.utf8))
    try file.finish()
    return nil
  }

  private enum Content {
    /// There is no regular file, or an empty one.
    case absent
    case own([JobMetrics.Target])
    /// A file of something else, which is not replaced; why, as a clause.
    case foreign(String)
  }

  /// Reads what is there; a damaged file of our own has no values.
  private func content() -> Content {
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return errno == EACCES
        ? .foreign("what is there cannot be read (\(SystemReason.text(EACCES)))") : .absent
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0
    else { return .absent }
    let something = Content.foreign(
      "it holds something else than metrics of cupibulk; name another file")
    guard status.st_size <= Self.limit else { return something }
    let bytes = Descriptor.readToEnd(descriptor)
    guard bytes.starts(with: EarlierMetrics.beginning.utf8) else { return something }
    // Who else may write the file could keep an alert silent for ever.
    let isOwn = status.st_uid == geteuid() || status.st_uid == 0
    guard isOwn, status.st_mode & 0o022 == 0 else { return .own([]) }
    return .own(EarlierMetrics.targets(in: bytes) ?? [])
  }
}
