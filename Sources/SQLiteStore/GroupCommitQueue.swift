// Many writers, one commit: writes that wait together share a transaction and its fsync.

internal import Dispatch
internal import Synchronization

/// The only writer of a database: runs queued closures in shared transactions, off the task pool.
///
/// Whatever waits when the writer comes round goes into one transaction, each closure inside a
/// savepoint of its own, so that one that throws does not undo the others. A caller goes on when
/// the commit is durable. Cancelling a waiting task does not take its write back.
package final class GroupCommitQueue: Sendable {
  /// A write that has run, and whose caller waits for the commit.
  private struct Finished {
    /// What the write itself threw.
    var failure: (any Error)?
    /// Lets the caller go on: nil after the commit, or the error that undid everything.
    var resume: @Sendable (_ undone: (any Error)?) -> Void
  }

  /// A write that waits for its transaction.
  private struct Job {
    var run: @Sendable (Database) -> Finished
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

  /// Takes over the connection; nobody else may write through it.
  package init(_ database: sending Database) {
    self.database = Mutex(database)
  }

  /// Runs `work` in the next transaction.
  ///
  /// - Returns: what `work` returned, once it is committed.
  /// - Throws: what `work` threw (then none of its changes stay), or the commit's `SQLiteError`.
  package func perform<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let job = Job(
        run: { database in
          let result = Result { try database.savepoint { try work(database) } }
          return Finished(failure: result.failure) { undone in
            continuation.resume(with: undone.map { .failure($0) } ?? result)
          }
        },
        refuse: { error in continuation.resume(throwing: error) })
      enqueue(job)
    }
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
      var rest = jobs[...]
      while !rest.isEmpty {
        let (finished, undone) = database.withLock { commit(&rest, on: $0) }
        if undone == nil { waiting.withLock { $0.commits += 1 } }
        // Outside of every lock: a resumed caller may queue its next write at once.
        for job in finished { job.resume(undone) }
        if finished.isEmpty, let undone {
          // No transaction could begin, which holds for all who wait.
          for job in rest { job.refuse(undone) }
          rest = []
        }
      }
    }
  }

  /// Runs jobs in one transaction, and takes those that it ran from the front of `jobs`.
  private func commit(
    _ jobs: inout ArraySlice<Job>, on database: Database
  ) -> (finished: [Finished], undone: (any Error)?) {
    var finished: [Finished] = []
    do {
      try database.transaction {
        while let job = jobs.popFirst() {
          let done = job.run(database)
          finished.append(done)
          // A full disk makes SQLite undo the whole transaction: the next jobs need a new one.
          if !database.isInTransaction, let failure = done.failure { throw failure }
        }
      }
      return (finished, nil)
    } catch {
      return (finished, error)
    }
  }
}

extension Result {
  /// The error of a failure, or nil.
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
