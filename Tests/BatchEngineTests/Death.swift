// A process that dies in the middle of a run, as far as its ledger and the server can tell.

import Synchronization
import Testing

@testable import BatchEngine

/// When a process dies: at this request, before or after the server has processed it.
struct Death {
  let request: Int
  let isDone: Bool

  /// Runs until the process dies, and copies the ledger of that moment to `path`.
  ///
  /// - Returns: False if the run ended before that.
  static func run(
    _ rig: EngineRig, _ server: FaultyServer, until death: Death, ledger path: String,
    _ work: @escaping @Sendable () async throws -> Void
  ) async throws -> Bool {
    let isDead = Mutex(false)
    let (moment, signal) = AsyncStream<Void>.makeStream()
    let begin = server.log.count
    server.setRule { _ in
      let isLast = isDead.withLock { isDead in
        if isDead { return nil as Bool? }
        isDead = server.log.count - begin >= death.request
        return isDead
      }
      guard let isLast else { return .hangs }
      guard isLast else { return .pass }
      do {
        try rig.copyLedger(to: path)
      } catch {
        Issue.record("\(error)")
      }
      signal.yield()
      return death.isDone ? .doneThenHangs : .hangs
    }
    let process = Task {
      defer { signal.finish() }
      try await work()
    }
    for await _ in moment { break }
    process.cancel()
    _ = try? await process.value
    server.setRule { _ in .pass }
    return isDead.withLock { $0 }
  }
}
