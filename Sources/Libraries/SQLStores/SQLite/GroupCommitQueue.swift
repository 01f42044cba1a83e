internal import Dispatch
internal import Synchronization

/// The only writer of a database: runs queued closures in shared transactions, off the task pool.
///
/// All writes that wait when the writer is free share one transaction. If one of them throws, that
/// transaction is rolled back and each write runs again in its own transaction, so that one failure does
/// not undo the others. A savepoint for each write would copy every page that it changes. A caller
/// continues when the commit is durable. Cancelling a waiting task does not withdraw its write.
package final class GroupCommitQueue: Sendable {
  /// A queued write.
  private struct Job {
    /// Runs the write; the closure that it returns resumes the caller, and is called after the commit.
    var run: @Sendable (Database) throws -> @Sendable () -> Void
    /// Resumes the caller with an error.
    var refuse: @Sendable (any Error) -> Void
  }

  private struct Waiting {
    var jobs: [Job] = []
    var isDraining = false
    var commits = 0
  }

  private let waiting = Mutex(Waiting())
  /// Locked only by the writer's thread: the lock guarantees that the connection has one user.
  private let database: Mutex<Database>
  private let writer = DispatchQueue(label: "cupibulk.group-commit")
  private let fence: SQLFence?
  private let explain: @Sendable (any Error, Database) -> any Error

  /// Creates a queue; only the queue may write through the connection.
  ///
  /// - Parameters:
  ///   - database: The connection.
  ///   - fence: The statement that must change a row at the start of each transaction; `nil` for
  ///     none.
  ///   - explain: Converts the error of a transaction to the error that callers get; called between
  ///     transactions.
  package init(
    _ database: sending Database, fence: SQLFence? = nil,
    explain: @escaping @Sendable (any Error, Database) -> any Error = { error, _ in error }
  ) {
    self.database = Mutex(database)
    self.fence = fence
    self.explain = explain
  }

  /// Queues `work` for the next transaction, after all earlier work.
  ///
  /// If that fails, it runs once more in its own transaction; so it may run twice, and must change
  /// nothing but the database.
  ///
  /// - Returns: The queued write. Its value is the result of `work` after the commit; it throws the
  ///   error of `work`, whose changes are then rolled back, or the `SQLError` of the commit.
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

  /// Converts an error that occurred outside of a transaction to the error that callers get.
  func explained(_ error: any Error) -> any Error {
    database.withLock { database in explain(error, database) }
  }

  /// The number of queued writes.
  package var waitingCount: Int { waiting.withLock { $0.jobs.count } }

  /// The number of transactions committed so far.
  package var commitCount: Int { waiting.withLock { $0.commits } }

  private func enqueue(_ job: Job) {
    let mustWake = waiting.withLock { waiting in
      waiting.jobs.append(job)
      defer { waiting.isDraining = true }
      return !waiting.isDraining
    }
    if mustWake { writer.async { self.drain() } }
  }

  /// Commits queued writes until the queue is empty.
  private func drain() {
    while true {
      let jobs = waiting.withLock { waiting in
        defer { waiting.jobs = [] }
        // Checked under the same lock as in `enqueue`: a job is either taken here or wakes the
        // writer.
        if waiting.jobs.isEmpty { waiting.isDraining = false }
        return waiting.jobs
      }
      if jobs.isEmpty { return }
      commit(jobs)
    }
  }

  /// Runs jobs in one transaction, or each in its own if that fails.
  private func commit(_ jobs: [Job]) {
    guard case .failure(let failure) = attempt(jobs) else { return }
    var refused = jobs[...]
    var reason = failure.error
    if failure.hasBegun, jobs.count > 1 {
      while let job = refused.popFirst() {
        guard case .failure(let failure) = attempt([job]) else { continue }
        job.refuse(failure.error)
        reason = failure.error
        // If one transaction cannot begin, the next ones cannot either, and each would wait first.
        if !failure.hasBegun { break }
      }
    }
    for job in refused { job.refuse(reason) }
  }

  private struct Failure: Error {
    let error: any Error
    /// True if the transaction had begun.
    let hasBegun: Bool
  }

  /// Runs jobs in one transaction, and resumes their callers after the commit.
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
      // Outside of all locks, because a resumed caller may queue its next write at once.
      for resume in resumes { resume() }
      return .success(())
    } catch {
      let reason = database.withLock { database in explain(error, database) }
      return .failure(Failure(error: reason, hasBegun: hasBegun))
    }
  }
}
