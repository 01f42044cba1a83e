import Threads
import CCurl
import Glibc
import HTTPMessages
import Synchronization

/// Runs a transfer loop's thread; the thread keeps this object alive, so it can outlive its `TransferLoop`.
///
/// It is also a task executor: the jobs of a task that prefers it run on the loop's thread, between transfers of
/// bytes, so that no other thread must be woken to send a request or to receive a response.
final class LoopCore: TaskExecutor {
  struct Submission {
    var call: ExchangeCall
    var continuation: ExchangeContinuation
  }

  /// The work that was added since the thread last emptied the queue.
  private struct PendingWork {
    var submissions: [Submission] = []
    /// Jobs of tasks, in the order in which they must run.
    var jobs: [UnownedJob] = []
    var mustCheckCancelled = false
    /// Why no more work is accepted; `nil` while work is accepted.
    var closed: String?
    /// Wakes the thread; set while the thread runs.
    var waker: LoopWaker?
    /// True from the time the thread found the queue empty until it is woken.
    var isAsleep = false

    var isEmpty: Bool {
      submissions.isEmpty && jobs.isEmpty && !mustCheckCancelled && closed == nil
    }

    /// Wakes the thread, unless it is awake or has already been woken.
    mutating func wake() {
      guard isAsleep else { return }
      isAsleep = false
      waker?.wake()
    }
  }

  private let pending = Mutex(PendingWork())
  private let origin: Origin
  private let options: TransferOptions

  init(origin: Origin, options: TransferOptions) {
    self.origin = origin
    self.options = options
  }

  /// Starts the thread, which runs until `close(_:)`.
  func start() {
    let status = DetachedThread.start { self.run() }
    if status != 0 { close("no thread for transfers could be started (errno \(status))") }
  }

  /// Adds an exchange to the queue; after `close(_:)` it fails at once.
  func submit(_ call: ExchangeCall, _ continuation: ExchangeContinuation) {
    let closed = pending.withLock { pending -> String? in
      guard pending.closed == nil else { return pending.closed }
      pending.submissions.append(Submission(call: call, continuation: continuation))
      pending.wake()
      return nil
    }
    guard let closed else { return }
    let error = ExchangeError(.cancelled, mayHaveReached: false, detail: closed)
    continuation.resume(returning: .failure(error))
  }

  /// Adds a job of a task to the queue; after `close(_:)` another thread runs it.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isAccepted = pending.withLock { pending in
      guard pending.closed == nil else { return false }
      pending.jobs.append(job)
      pending.wake()
      return true
    }
    if !isAccepted { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
  }

  /// Makes the thread abort cancelled exchanges.
  ///
  /// A call is marked first, so the thread sees the mark either in this check or when it starts the exchange.
  func checkCancelled() {
    pending.withLock { pending in
      pending.mustCheckCancelled = true
      pending.wake()
    }
  }

  /// Ends the thread; current and later exchanges fail with this reason.
  func close(_ reason: String) {
    pending.withLock { pending in
      pending.closed = pending.closed ?? reason
      pending.wake()
    }
  }

  /// The main function of the thread: processes pending work, transfers bytes, returns responses, sleeps.
  private func run() {
    let transfers = TransferSet(origin: origin, options: options)
    pending.withLock { $0.waker = transfers.waker }
    var reason: String?
    while reason == nil {
      reason = processPending(in: transfers)
      transfers.advance()
      if reason == nil, canSleep() { transfers.sleep() }
    }
    // The waker must not be used after its handle is freed.
    pending.withLock { $0.waker = nil }
    transfers.abortAll(reason ?? "")
  }

  /// Empties the queue: runs jobs, starts exchanges and aborts cancelled ones.
  ///
  /// - Returns: Why the thread must end; `nil` if it must not.
  private func processPending(in transfers: TransferSet) -> String? {
    let (submissions, jobs, mustCheckCancelled, closed) = pending.withLock { pending in
      defer {
        pending.submissions = []
        pending.jobs = []
        pending.mustCheckCancelled = false
      }
      // The thread may also have been woken by a socket: it need not be woken until it sleeps again.
      pending.isAsleep = false
      return (pending.submissions, pending.jobs, pending.mustCheckCancelled, pending.closed)
    }
    for job in jobs { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
    for submission in submissions { transfers.add(submission) }
    if mustCheckCancelled { transfers.abortCancelled() }
    return closed
  }

  /// True if the queue is empty; from then on, the thread must be woken after work is added.
  private func canSleep() -> Bool {
    pending.withLock { pending in
      pending.isAsleep = pending.isEmpty
      return pending.isAsleep
    }
  }
}
