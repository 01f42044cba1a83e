import BatchEngine
import Synchronization

/// Announces signals once, also where several targets are worked on at one time.
final class SignalNotes: Sendable {
  private let announced = Mutex<Set<String>>([])
  private let first = Mutex<RunStop?>(nil)

  init() {}

  /// The first signal; work that begins after it must not begin.
  var stop: RunStop? { first.withLock { $0 } }

  /// Records a signal.
  func record(_ stop: RunStop) { first.withLock { $0 = $0 ?? stop } }

  /// Prints a note the first time.
  func note(_ text: String, on console: Console) {
    guard announced.withLock({ $0.insert(text).inserted }) else { return }
    console.note(text)
  }
}
