import Glibc
import Synchronization
import Threads

/// Does work that may block for ever, such as reading files of another machine.
enum TimeLimit {
  /// Returns the result of the work, or `nil` if it takes longer than `limit`; then its thread is left behind.
  static func result<Value: Sendable>(
    within limit: Duration, of work: @escaping @Sendable () -> Value
  ) -> Value? {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { return nil }
    let (reading, writing) = (ends[0], ends[1])
    defer { close(reading) }
    let box = Box<Value>()
    let status = DetachedThread.start {
      let value = work()
      box.value.withLock { $0 = value }
      close(writing)
    }
    guard status == 0 else {
      close(writing)
      return nil
    }
    let end = ContinuousClock.now + limit
    while true {
      let left = max(.zero, ContinuousClock.now.duration(to: end)) / .milliseconds(1)
      var wait = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      let found = unsafe poll(&wait, 1, Int32(clamping: Int(left.rounded(.up))))
      if found < 0, errno == EINTR { continue }
      return box.value.withLock { $0 }
    }
  }

  private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
  }
}
