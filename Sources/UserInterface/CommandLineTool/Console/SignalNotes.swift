import Synchronization

/// Announces signals once, also where several targets are worked on at one time.
final class SignalNotes: Sendable {
  private let announced = Mutex<Set<String>>([])

  init() {}

  /// Prints a note the first time.
  func note(_ text: String, on console: Console) {
    guard announced.withLock({ $0.insert(text).inserted }) else { return }
    console.note(text)
  }
}
