/// The loop's thread and the desk where callers leave their exchanges, and tasks their steps, for it.
import Threads
import CCurl
import Glibc
import HTTPMessages
import Synchronization

/// The thread's inbox; the thread keeps it alive, so it outlives the `TransferLoop` that made it.
///
/// It is an executor of tasks, too: a task that prefers it takes its steps on the loop's thread, between
/// the bytes that move, so that nobody wakes another thread to leave a request or to fetch an answer.
final class LoopCore: TaskExecutor {
  struct Submission {
    var call: ExchangeCall
    var continuation: ExchangeContinuation
  }

  /// What callers left since the thread last looked.
  private struct Inbox {
    var submissions: [Submission] = []
    /// Steps of tasks, to be taken in this order.
    var steps: [UnownedJob] = []
    var mustLookForCancelled = false
    /// Why nothing more is taken, once nothing is.
    var closed: String?
    /// Wakes the thread; it is set while the thread runs.
    var alarm: LoopAlarm?
    /// True from the thread's last look until it is woken: only then must it be woken.
    var isAsleep = false

    var isEmpty: Bool {
      submissions.isEmpty && steps.isEmpty && !mustLookForCancelled && closed == nil
    }

    /// Wakes the thread, once for all that is left before it looks.
    mutating func ring() {
      guard isAsleep else { return }
      isAsleep = false
      alarm?.ring()
    }
  }

  private let inbox = Mutex(Inbox())
  private let origin: Origin
  private let options: TransferOptions

  init(origin: Origin, options: TransferOptions) {
    self.origin = origin
    self.options = options
  }

  /// Starts the thread that runs until `close(_:)`.
  func start() {
    let status = DetachedThread.start { self.run() }
    if status != 0 { close("no thread for transfers could be started (errno \(status))") }
  }

  /// Leaves an exchange for the thread; after `close(_:)` it fails at once.
  func submit(_ call: ExchangeCall, _ continuation: ExchangeContinuation) {
    let closed = inbox.withLock { inbox -> String? in
      guard inbox.closed == nil else { return inbox.closed }
      inbox.submissions.append(Submission(call: call, continuation: continuation))
      inbox.ring()
      return nil
    }
    guard let closed else { return }
    let error = ExchangeError(.cancelled, mayHaveReached: false, detail: closed)
    continuation.resume(returning: .failure(error))
  }

  /// Leaves a step of a task for the thread; after `close(_:)` any other thread takes it.
  func enqueue(_ job: consuming ExecutorJob) {
    let step = UnownedJob(job)
    let isTaken = inbox.withLock { inbox in
      guard inbox.closed == nil else { return false }
      inbox.steps.append(step)
      inbox.ring()
      return true
    }
    if !isTaken { globalConcurrentExecutor.enqueue(ExecutorJob(step)) }
  }

  /// Has the thread look for calls that were cancelled.
  ///
  /// A call is marked first, so the thread sees the mark either here or when it takes the call in.
  func lookForCancelled() {
    inbox.withLock { inbox in
      inbox.mustLookForCancelled = true
      inbox.ring()
    }
  }

  /// Ends the thread; what waits and what comes later fails for this reason.
  func close(_ reason: String) {
    inbox.withLock { inbox in
      inbox.closed = inbox.closed ?? reason
      inbox.ring()
    }
  }

  /// The thread's whole life: take what was left, move bytes, hand out answers, sleep.
  private func run() {
    let transfers = TransferSet(origin: origin, options: options)
    inbox.withLock { $0.alarm = transfers.alarm }
    var reason: String?
    while reason == nil {
      reason = takeIn(to: transfers)
      transfers.advance()
      if reason == nil, canSleep() { transfers.sleep() }
    }
    // Nobody may ring once the handle behind the alarm is gone.
    inbox.withLock { $0.alarm = nil }
    transfers.abortAll(reason ?? "")
  }

  /// Takes all that was left, and takes the steps of tasks.
  ///
  /// - Returns: Why the thread shall end; `nil` while it shall not.
  private func takeIn(to transfers: TransferSet) -> String? {
    let (submissions, steps, mustLook, closed) = inbox.withLock { inbox in
      defer {
        inbox.submissions = []
        inbox.steps = []
        inbox.mustLookForCancelled = false
      }
      // Also where a socket has woken it: nobody needs to ring until the next sleep.
      inbox.isAsleep = false
      return (inbox.submissions, inbox.steps, inbox.mustLookForCancelled, inbox.closed)
    }
    for step in steps { unsafe step.runSynchronously(on: asUnownedTaskExecutor()) }
    for submission in submissions { transfers.add(submission) }
    if mustLook { transfers.abortCancelled() }
    return closed
  }

  /// True if nothing was left since; from then on, who leaves something must ring.
  private func canSleep() -> Bool {
    inbox.withLock { inbox in
      inbox.isAsleep = inbox.isEmpty
      return inbox.isAsleep
    }
  }
}
