// Many writers, one commit: writes that wait together share a transaction and its fsync.

internal import Dispatch
internal import Synchronization

/// The only writer of a database: runs queued closures in shared transactions, off the task pool.
///
/// Whatever waits when the writer comes round goes into one transaction. Where one of them throws, nothing
/// of that transaction stays, and each is run again in one of its own, so that one that throws does not
/// undo the others: a savepoint for each would copy every page that it changes. A caller goes on when
/// the commit is durable. Cancelling a waiting task does not take its write back.
package final class GroupCommitQueue: Sendable {
  /// A write that waits for its transaction.
  private struct Job {
    /// Runs the write; what it returns lets the caller go on once the write is committed.
    var run: @Sendable (Database) throws -> @Sendable () -> Void
    /// Lets the caller go on without its write.
    var refuse: @Sendable (any Error) -> Void
  }

  private struct Waiting {
    var jobs: [Job] = []
    var isDraining = false
    var commits = 0
  }

  private let waiting = Mutex(Waiting())
  /// Locked only by the writer's thread: the lock says that the connection has one user.
  private let database: Mutex<Database>
  private let writer = DispatchQueue(label: "cupibulk.group-commit")
  private let fence: SQLFence?
  private let explain: @Sendable (any Error, Database) -> any Error

  /// Takes over the connection; nobody else may write through it.
  ///
  /// - Parameters:
  ///   - database: The connection.
  ///   - fence: What has to change a row in each transaction, first of all; nil for nothing.
  ///   - explain: Turns the error of a transaction into what callers get; it is called between transactions.
  package init(
    _ database: sending Database, fence: SQLFence? = nil,
    explain: @escaping @Sendable (any Error, Database) -> any Error = { error, _ in error }
  ) {
    self.database = Mutex(database)
    self.fence = fence
    self.explain = explain
  }

  /// Leaves `work` for the next transaction, behind all that was left before.
  ///
  /// If that fails, it runs once more in one of its own: so it may run twice, and must change nothing
  /// but the database.
  ///
  /// - Returns: the write on its way. It gives what `work` returned, once that is committed, or throws
  ///   what `work` threw (then none of its changes stay), or the commit's `SQLError`.
  package func submit<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) -> PendingWrite<Value> {
    let write = PendingWrite<Value>()
    enqueue(
      Job(
        run: { database in
          let value = try work(database)
          return { write.finish(.success(value)) }
        },
        refuse: { error in write.finish(.failure(error)) }))
    return write
  }

  /// What callers get for an error that was met outside of a transaction.
  func explained(_ error: any Error) -> any Error {
    database.withLock { database in explain(error, database) }
  }

  /// How many writes stand in line now.
  package var waitingCount: Int { waiting.withLock { $0.jobs.count } }

  /// How many transactions were committed so far.
  package var commitCount: Int { waiting.withLock { $0.commits } }

  private func enqueue(_ job: Job) {
    let mustWake = waiting.withLock { waiting in
      waiting.jobs.append(job)
      defer { waiting.isDraining = true }
      return !waiting.isDraining
    }
    if mustWake { writer.async { self.drain() } }
  }

  /// Commits whatever waits, again and again, until nothing does.
  private func drain() {
    while true {
      let jobs = waiting.withLock { waiting in
        defer { waiting.jobs = [] }
        // Under the same lock as in `enqueue`: a job is either taken here or wakes the writer.
        if waiting.jobs.isEmpty { waiting.isDraining = false }
        return waiting.jobs
      }
      if jobs.isEmpty { return }
      commit(jobs)
    }
  }

  /// Runs jobs in one transaction, or each in its own where that does not go well.
  private func commit(_ jobs: [Job]) {
    guard case .failure(let failure) = attempt(jobs) else { return }
    var refused = jobs[...]
    var reason = failure.error
    if failure.hasBegun, jobs.count > 1 {
      while let job = refused.popFirst() {
        guard case .failure(let failure) = attempt([job]) else { continue }
        job.refuse(failure.error)
        reason = failure.error
        // What keeps one transaction from beginning keeps the next ones, and each would wait for it.
        if !failure.hasBegun { break }
      }
    }
    for job in refused { job.refuse(reason) }
  }

  private struct Failure: Error {
    let error: any Error
    /// Whether the transaction could begin.
    let hasBegun: Bool
  }

  /// Runs jobs in one transaction, and lets their callers go on if it is committed.
  private func attempt(_ jobs: [Job]) -> Result<Void, Failure> {
    var hasBegun = false
    do {
      let resumes = try database.withLock { database in
        try database.transaction {
          if let fence, try database.run(fence.sql, fence.values) == 0 {
            throw SQLError(
              kind: .fenced, message: "another process has taken over what this one was at work on")
          }
          hasBegun = true
          return try jobs.map { try $0.run(database) }
        }
      }
      waiting.withLock { $0.commits += 1 }
      // Outside of every lock: a caller that goes on may queue its next write at once.
      for resume in resumes { resume() }
      return .success(())
    } catch {
      let reason = database.withLock { database in explain(error, database) }
      return .failure(Failure(error: reason, hasBegun: hasBegun))
    }
  }
}
