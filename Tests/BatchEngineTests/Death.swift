// A process that dies in the middle of a run, as far as its ledger and the server can tell.

import Synchronization
import TestSupport
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

  /// Runs until the process dies, then resumes in new processes that die as well, at most `rounds` times.
  ///
  /// - Returns: A process that sees the state after the last death.
  static func repeated(
    _ rig: EngineRig, _ server: FaultyServer, until death: Death, seed: Int, rounds: Int,
    in folder: TemporaryFolder, _ work: @escaping @Sendable () async throws -> Void
  ) async throws -> EngineRig {
    var died = try await run(rig, server, until: death, ledger: folder.path("0.sqlite"), work)
    var rig = rig
    var round = 0
    while died, round < rounds {
      let (later, server) = try rig.meddledLater(with: folder.path("\(round).sqlite"))
      round += 1
      rig = later
      died = try await run(
        later, server,
        until: Death(request: 2 + (seed * 5 + round * 3) % 12, isDone: (seed + round) % 3 != 0),
        ledger: folder.path("\(round).sqlite")
      ) { _ = try await later.resume() }
    }
    return died ? try rig.later(with: folder.path("\(round).sqlite")) : rig
  }
}
