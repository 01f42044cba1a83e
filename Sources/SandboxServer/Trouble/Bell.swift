// What a waiting request waits for, on a thread or in a task.

import Dispatch
import Synchronization

/// Rings once; whoever waits, or comes to wait later, goes on.
final class Bell: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let rung = Atomic(false)
  private let stream: AsyncStream<Void>
  private let ending: AsyncStream<Void>.Continuation

  init() { (stream, ending) = AsyncStream.makeStream() }

  var isRung: Bool { rung.load(ordering: .acquiring) }

  func ring() {
    rung.store(true, ordering: .releasing)
    semaphore.signal()
    ending.finish()
  }

  /// Blocks the thread until the bell rings, or for the longest time that is given; for one thread.
  func wait(atMost limit: Duration?) {
    guard let limit else { return semaphore.wait() }
    let (seconds, attoseconds) = limit.components
    let nanoseconds = Int(clamping: seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    _ = semaphore.wait(timeout: .now() + .nanoseconds(max(0, nanoseconds)))
  }

  /// Suspends the task until the bell rings, for the longest time that is given, or until it is cancelled.
  func rest(atMost limit: Duration?) async {
    guard let limit else { return await listen() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen() }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  private func listen() async { for await _ in stream {} }
}
