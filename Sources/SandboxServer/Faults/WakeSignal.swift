import Dispatch
import Synchronization

/// A signal that is sent once; all current and later waiters then continue.
final class WakeSignal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let sent = Atomic(false)
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  var isSent: Bool { sent.load(ordering: .acquiring) }

  func send() {
    sent.store(true, ordering: .releasing)
    semaphore.signal()
    continuation.finish()
  }

  /// Blocks the thread until the signal is sent or the timeout expires; for a single thread.
  ///
  /// - Parameter timeout: `nil` waits without a limit.
  func wait(timeout: Duration?) {
    guard let timeout else { return semaphore.wait() }
    let (seconds, attoseconds) = timeout.components
    let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    _ = semaphore.wait(timeout: .now() + .nanoseconds(max(0, nanoseconds)))
  }

  /// Suspends the task until the signal is sent, the timeout expires, or the task is cancelled.
  ///
  /// - Parameter timeout: `nil` waits without a limit.
  func suspend(timeout: Duration?) async {
    guard let timeout else { return await untilSent() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.untilSent() }
      group.addTask { try? await Task.sleep(for: timeout) }
      await group.next()
      group.cancelAll()
    }
  }

  private func untilSent() async { for await _ in stream {} }
}
