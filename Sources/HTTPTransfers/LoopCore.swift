/// The loop's thread and the desk where callers leave their exchanges for it.
import CCurl
import Glibc
import HTTPMessages
import Synchronization

/// The thread's inbox; the thread keeps it alive, so it outlives the `TransferLoop` that made it.
final class LoopCore: Sendable {
  struct Submission {
    var call: ExchangeCall
    var continuation: ExchangeContinuation
  }

  /// What callers left since the thread last looked.
  struct Inbox {
    var submissions: [Submission] = []
    var mustLookForCancelled = false
    /// Why nothing more is taken, once nothing is.
    var closed: String?
    /// Wakes the thread; it is set while the thread runs.
    var alarm: LoopAlarm?
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
    let status = LoopThread.start { self.run() }
    if status != 0 { close("no thread for transfers could be started (errno \(status))") }
  }

  /// Leaves an exchange for the thread; after `close(_:)` it fails at once.
  func submit(_ call: ExchangeCall, _ continuation: ExchangeContinuation) {
    let closed = inbox.withLock { inbox -> String? in
      guard inbox.closed == nil else { return inbox.closed }
      inbox.submissions.append(Submission(call: call, continuation: continuation))
      inbox.alarm?.ring()
      return nil
    }
    guard let closed else { return }
    let error = ExchangeError(.cancelled, mayHaveReached: false, detail: closed)
    continuation.resume(returning: .failure(error))
  }

  /// Has the thread look for calls that were cancelled.
  ///
  /// A call is marked first, so the thread sees the mark either here or when it takes the call in.
  func lookForCancelled() {
    inbox.withLock { inbox in
      inbox.mustLookForCancelled = true
      inbox.alarm?.ring()
    }
  }

  /// Ends the thread; what waits and what comes later fails for this reason.
  func close(_ reason: String) {
    inbox.withLock { inbox in
      inbox.closed = inbox.closed ?? reason
      inbox.alarm?.ring()
    }
  }

  /// The thread's whole life: take what was left, move bytes, hand out answers, sleep.
  private func run() {
    let transfers = TransferSet(origin: origin, options: options)
    inbox.withLock { $0.alarm = transfers.alarm }
    var reason: String?
    while reason == nil {
      let news = inbox.withLock { inbox in
        defer {
          inbox.submissions = []
          inbox.mustLookForCancelled = false
        }
        return inbox
      }
      reason = news.closed
      for submission in news.submissions { transfers.add(submission) }
      if news.mustLookForCancelled { transfers.abortCancelled() }
      transfers.advance()
      if reason == nil { transfers.sleep() }
    }
    // Nobody may ring once the handle behind the alarm is gone.
    inbox.withLock { $0.alarm = nil }
    transfers.abortAll(reason ?? "")
  }
}
