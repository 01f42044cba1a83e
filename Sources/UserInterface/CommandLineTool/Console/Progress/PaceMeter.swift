/// Measures the pace over the last half minute, so that it follows the server but is not unsteady.
package struct PaceMeter: Sendable {
  private static let window = Duration.seconds(30)
  /// The minimum distance of samples, to limit memory.
  private static let spacing = Duration.milliseconds(500)

  private var phase = ""
  private var samples: [(time: Duration, done: Int)] = []

  package init() {}

  /// Adds the state at a time, and returns the pace; a new phase resets the measurement.
  package mutating func measure(_ state: ProgressState, at time: Duration) -> ProgressPace {
    if state.phase != phase || state.done < samples.last?.done ?? 0 {
      phase = state.phase
      samples = []
    }
    if samples.isEmpty || time - (samples.last?.time ?? .zero) >= Self.spacing {
      samples.append((time, state.done))
    }
    // The oldest sample is not older than the window, but at least one sample is kept.
    while samples.count > 2, time - samples[1].time >= Self.window { samples.removeFirst() }
    guard let oldest = samples.first, time - oldest.time >= .seconds(1) else {
      return ProgressPace()
    }
    let rate = Double(state.done - oldest.done) / ((time - oldest.time) / .seconds(1))
    guard let total = state.total, rate > 0 else { return ProgressPace(rate: rate) }
    let seconds = Double(max(total - state.done, 0)) / rate
    // An estimate of a year or more is not useful.
    return ProgressPace(rate: rate, left: seconds < 3e7 ? .seconds(Int64(seconds)) : nil)
  }
}
