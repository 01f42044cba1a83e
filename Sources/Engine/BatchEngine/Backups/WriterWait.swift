internal import FoundationEssentials
package import SnapshotRepository

/// Becomes the writer of a repository, and waits while another process is.
package struct WriterWait: Sendable {
  private let limit: Duration
  private let who: String
  private let control: RunControl
  private let clock: any RunClock
  private let announce: @Sendable (_ repository: String, _ holder: String) -> Void

  /// Creates a wait.
  ///
  /// - Parameters:
  ///   - limit: How long to wait for another writer.
  ///   - who: Who writes, as `user@host`.
  ///   - control: Ends the wait.
  ///   - clock: Measures the wait.
  ///   - announce: Called once when it waits, with the folder and with the process that writes, in parentheses.
  package init(
    atMost limit: Duration, who: String, control: RunControl,
    clock: any RunClock = MachineClock(),
    announce: @escaping @Sendable (String, String) -> Void
  ) {
    self.limit = limit
    self.who = who
    self.control = control
    self.clock = clock
    self.announce = announce
  }

  private static let pause = Duration.milliseconds(100)

  /// Becomes the writer.
  ///
  /// - Throws: `RunStop.repository` if another process still writes, or the folder cannot be written.
  package func writer(of repository: Repository) async throws(RunStop) -> RepositoryWriter {
    let start = clock.now()
    var isAnnounced = false
    while true {
      do throws(RepositoryFault) {
        return try RepositoryWriter(repository, now: .now, who: who)
      } catch {
        guard case .locked(let folder, let holder, let isOwn) = error.cause else {
          throw .repository(error)
        }
        // Another target of this job is done in a moment.
        if !isOwn {
          guard clock.now() - start < limit else { throw .repository(error) }
          if !isAnnounced { announce(folder, holder) }
          isAnnounced = true
        }
        try await control.sleep(for: Self.pause, on: clock)
      }
    }
  }
}
