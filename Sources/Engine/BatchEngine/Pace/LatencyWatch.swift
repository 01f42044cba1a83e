/// Shows when a server has become slow, by its own measure: pure rules, fed with the times that answers took.
///
/// Of the last nine successes the median counts, so that a few slow answers say nothing. The lowest
/// median of the run so far is the server's calm. A median of more than three times the calm is a
/// load, unless it is below a floor: two milliseconds against six are noise of the machine. Reading
/// and writing have a calm each. A server that was under load from the beginning looks calm.
struct LatencyWatch: Sendable {
  /// What was asked of the server; a write may take longer without any load.
  enum Request: Hashable, Sendable {
    case read
    case write
  }

  /// The last answers of one kind.
  private struct Window {
    /// As they came.
    private var times: [Duration] = []
    /// The same in order, so that no answer makes them be sorted again.
    private var sorted: [Duration] = []
    var calm: Duration?

    /// The one in the middle; `nil` while there are too few.
    var median: Duration? { times.count < length ? nil : sorted[length / 2] }

    mutating func take(_ time: Duration) {
      if times.count == length, let old = sorted.firstIndex(of: times.removeFirst()) {
        sorted.remove(at: old)
      }
      times.append(time)
      sorted.insert(time, at: sorted.firstIndex { $0 > time } ?? sorted.endIndex)
    }

    mutating func forget() {
      times = []
      sorted = []
    }
  }

  /// How many answers make a median; odd.
  static let length = 9
  /// How many times the calm is too slow.
  static let factor = 3
  /// Faster than this is never too slow.
  static let floor = Duration.milliseconds(100)

  private var windows: [Request: Window] = [:]

  /// Takes the time that an answer took into account.
  ///
  /// - Returns: True if the server is under load; the answers so far are forgotten then, so that
  ///   nine new ones come before the next such verdict.
  mutating func isLoad(_ time: Duration, of request: Request) -> Bool {
    var window = windows.removeValue(forKey: request) ?? Window()
    defer { windows[request] = window }
    window.take(time)
    guard let median = window.median else { return false }
    let calm = min(window.calm ?? median, median)
    window.calm = calm
    guard median > calm * Self.factor, median >= Self.floor else { return false }
    window.forget()
    return true
  }
}
