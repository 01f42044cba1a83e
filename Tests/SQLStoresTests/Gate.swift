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
