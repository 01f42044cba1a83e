/// Detects that a server has become slow, compared with itself: pure rules over response times.
///
/// It uses the median of the last nine successes, so that a few slow answers have no effect. The
/// lowest median of the run so far is the baseline. A median of more than three times the baseline
/// means load, unless it is below a floor: the difference between two and six milliseconds is
/// noise. Reads and writes have separate baselines. A load that lasts from the beginning of the run
/// is not detected.
struct LatencyWatch: Sendable {
  /// The kind of a request; a write may take longer than a read without any load.
  enum Request: Hashable, Sendable {
    case read
    case write
  }

  /// The times of the last answers of one kind.
  private struct Window {
    /// The times in the order of the answers.
    private var times: [Duration] = []
    /// The same times, sorted; kept sorted so that they are not sorted for each answer.
    private var sorted: [Duration] = []
    var baseline: Duration?

    /// The median; `nil` while there are too few times.
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

  /// The number of answers for a median; odd.
  static let length = 9
  /// A median of more than this many times the baseline is too slow.
  static let factor = 3
  /// A median below this is never too slow.
  static let floor = Duration.milliseconds(100)

  private var windows: [Request: Window] = [:]

  /// Adds the time of an answer.
  ///
  /// - Returns: True if the server is under load; the times are then discarded, so that the next
  ///   such result needs nine new answers.
  mutating func isLoad(_ time: Duration, of request: Request) -> Bool {
    var window = windows.removeValue(forKey: request) ?? Window()
    defer { windows[request] = window }
    window.take(time)
    guard let median = window.median else { return false }
    let baseline = min(window.baseline ?? median, median)
    window.baseline = baseline
    guard median > baseline * Self.factor, median >= Self.floor else { return false }
    window.forget()
    return true
  }
}
