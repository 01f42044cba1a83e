import Synchronization

/// Shows progress on standard error, as often as is suitable for the kind of display.
package final class ProgressPainter: Sendable {
  /// The values of `--progress`.
  package enum Mode: String, Sendable, CaseIterable {
    /// A bar if the cursor can be moved, otherwise lines.
    case auto
    /// One line that is drawn repeatedly.
    case bar
    /// A line from time to time.
    case text
    /// A JSON object on a line, about each second.
    case json
    case none
  }

  private struct State {
    var meter = PaceMeter()
    /// The latest state.
    var current = ProgressState(phase: "")
    var drawn: ProgressState?
    var due: Duration
  }

  private let mode: Mode
  private let console: Console
  private let clock: @Sendable () -> Duration
  private let state: Mutex<State>
  private let pause = Atomic(false)

  /// True while nothing is drawn, because the user is asked something.
  var isPaused: Bool {
    get { pause.load(ordering: .relaxed) }
    set {
      pause.store(newValue, ordering: .relaxed)
      if newValue { finish() }
    }
  }

  /// Creates a painter that has drawn nothing yet.
  ///
  /// - Parameters:
  ///   - mode: The kind of display that the user has chosen.
  ///   - console: Where to show it.
  ///   - clock: Returns the time since a fixed moment.
  package init(_ mode: Mode, on console: Console, clock: @escaping @Sendable () -> Duration) {
    let automatic: Mode = console.messages.abilities.movesCursor ? .bar : .text
    self.mode = mode == .auto ? automatic : mode
    self.console = console
    self.clock = clock
    // A bar is shown at once, but lines in a log only for long runs.
    let start: Duration = self.mode == .text ? .seconds(5) : self.mode.interval
    state = Mutex(State(due: clock() + (self.mode == .bar ? .zero : start)))
  }

  /// Creates a painter that uses the machine's clock.
  package convenience init(_ mode: Mode, on console: Console) {
    let start = ContinuousClock.now
    self.init(mode, on: console, clock: { ContinuousClock.now - start })
  }

  /// Changes the state, and draws it if it is time or if there is news.
  ///
  /// News: the phase changed, or a wait began or ended. Nothing is drawn before there is a phase.
  package func update(_ change: (inout ProgressState) -> Void) {
    let now = clock()
    let draw = state.withLock { state in
      change(&state.current)
      return nextDrawing(&state, at: now)
    }
    // Outside the lock: a caller of `note` must not wait for a blocked terminal.
    draw?()
  }

  /// Changes the state without drawing, for callers that must not wait.
  ///
  /// `keepDrawing` draws it.
  package func note(_ change: (inout ProgressState) -> Void) {
    state.withLock { change(&$0.current) }
  }

  /// Prints a status line in every mode, because the user requested it.
  package func show() {
    let now = clock()
    let (progress, pace) = state.withLock { state in
      (state.current, state.meter.measure(state.current, at: now))
    }
    let isBegun = !progress.phase.isEmpty
    console.note(
      isBegun ? ProgressText.line(progress, pace) : "Starting: nothing is read or sent yet")
  }

  /// How to draw the state, if it is time.
  private func nextDrawing(_ state: inout State, at now: Duration) -> (() -> Void)? {
    let progress = state.current
    guard !progress.phase.isEmpty, !isPaused else { return nil }
    let pace = state.meter.measure(progress, at: now)
    let last = state.drawn
    let isNews =
      last != nil
      && (last?.phase != progress.phase || (last?.waiting == nil) != (progress.waiting == nil))
    guard now >= state.due || isNews else { return nil }
    state.drawn = progress
    state.due = now + mode.interval
    switch mode {
    case .bar:
      // The last column stays free: some terminals wrap when it is written to.
      let width = console.messages.width - 1
      return { [console] in console.setStatus(ProgressText.bar(progress, pace, width: width)) }
    case .json: return { [console] in console.note(json: ProgressText.json(progress, pace)) }
    case .text, .auto: return { [console] in console.note(ProgressText.line(progress, pace)) }
    case .none: return nil
    }
  }

  /// Draws the state ten times a second until the task is cancelled, and then removes the bar.
  ///
  /// So the display stays alive while nothing happens.
  package func keepDrawing() async {
    while !Task.isCancelled {
      update { _ in }
      try? await Task.sleep(for: .milliseconds(100))
    }
    finish()
  }

  /// Removes the bar.
  package func finish() { console.setStatus(nil) }
}

extension ProgressPainter.Mode {
  /// The minimum time between two drawings.
  fileprivate var interval: Duration {
    switch self {
    case .bar: .milliseconds(100)
    case .json: .seconds(1)
    case .text, .auto, .none: .seconds(30)
    }
  }
}
