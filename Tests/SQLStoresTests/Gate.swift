import Dispatch
import Glibc
import Synchronization

/// Blocks a thread until the test releases it.
final class Gate: Sendable {
  private let state = Mutex((entered: false, open: false))

  func waitUntilOpen() {
    state.withLock { $0.entered = true }
    while !state.withLock({ $0.open }) { sched_yield() }
  }

  func entered() async {
    while !state.withLock({ $0.entered }) { await Task.yield() }
  }

  func open() { state.withLock { $0.open = true } }
}

/// Runs tasks that block on a thread of their own; on the shared threads, of which there are as many as cores,
/// a few of them would stop all tests.
final class BlockingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "cupibulk.tests.blocking")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
