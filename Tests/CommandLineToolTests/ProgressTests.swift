import CommandLineTool
import Synchronization
import Testing

@Suite struct ProgressTests {
  private static let sending = ProgressState(
    phase: "Sending", done: 1234, total: 2900, slotsInUse: 1, slots: 2)
  private static let pace = ProgressPace(rate: 12.34, left: .seconds(135))

  @Test(arguments: [
    (
      120,
      "Sending  [===========>                  ]   42%  1,234/2,900 rows  12.3/s  2m 15s left  slots 1/2"
    ),
    (80, "Sending  [====>        ]   42%  1,234/2,900 rows  12.3/s  2m 15s left  slots 1/2"),
    (60, "Sending   42%  1,234/2,900 rows  12.3/s  2m 15s left"),
    (40, " 42%  1,234/2,900 rows  2m 15s left"),
    (22, " 42%  1,234/2,900 rows"),
    (10, " 42%  1,2…"),
  ])
  func `the bar's line fits the width and loses the least important first`(
    width: Int, line: String
  ) {
    let text = ProgressText.bar(Self.sending, Self.pace, width: width)
    #expect(text == line)
    #expect(text.displayWidth <= width)
  }

  @Test func `failures and the reason of a wait come before the pace`() {
    var state = Self.sending
    state.failed = 3
    state.inDoubt = 1
    state.waiting = "the server is busy (503)\u{1B}[2J"
    #expect(
      ProgressText.bar(state, Self.pace, width: 87)
        == " 42%  1,234/2,900 rows  3 failed, 1 in doubt  "
        + #"waiting: the server is busy (503)\u{1B}[…"#)
    #expect(
      ProgressText.line(state, Self.pace)
        == "Sending: 1,234 of 2,900 rows (42%), 12.3/s, 2m 15s left, 3 failed, 1 in doubt; "
        + #"waiting: the server is busy (503)\u{1B}[2J"#)
  }

  @Test(arguments: [
    (ProgressState(phase: "Reading", done: 1), "Reading  1 row"),
    (ProgressState(phase: "Sending", done: 0, total: 0), "Sending  0/0 rows"),
    (
      ProgressState(phase: "Sending", done: 0, total: 5),
      "Sending  [                 ]    0%  0/5 rows"
    ),
    (
      ProgressState(phase: "Sending", done: 5, total: 5),
      "Sending  [=================]  100%  5/5 rows"
    ),
  ])
  func `the bar works with an unknown total, with none, and with all`(
    state: ProgressState, line: String
  ) {
    #expect(ProgressText.bar(state, ProgressPace(), width: 44) == line)
  }

  @Test func `JSON has one object on each line`() {
    #expect(
      ProgressText.json(Self.sending, Self.pace)
        == #"{"schema":1,"type":"progress","event":"progress","phase":"Sending","done":1234,"total":2900,"#
        + #""failed":0,"inDoubt":0,"rate":12.3,"secondsLeft":135,"slots":2,"slotsInUse":1,"waiting":null}"#
    )
  }

  // MARK: Pace

  /// The rows done at each second, and the pace after the last.
  @Test(
    arguments: [
      ([0], nil, nil),
      ([0, 10], 10.0, 9.0),
      ([0, 10, 20, 30], 10.0, 7.0),
      ([5, 5, 5], 0.0, nil),
    ] as [([Int], Double?, Double?)])
  func `the pace is rows over time`(done: [Int], rate: Double?, left: Double?) {
    var meter = PaceMeter()
    var pace = ProgressPace()
    for (second, count) in done.enumerated() {
      pace = meter.measure(
        ProgressState(phase: "Sending", done: count, total: 100), at: .seconds(second))
    }
    #expect(pace == ProgressPace(rate: rate, left: left.map { .seconds($0) }))
  }

  @Test func `the pace ignores what is older than half a minute, and the previous phase`() {
    var meter = PaceMeter()
    func rate(_ phase: String, _ done: Int, _ second: Int) -> Double? {
      meter.measure(ProgressState(phase: phase, done: done), at: .seconds(second)).rate
    }
    for second in 0...60 { _ = rate("Sending", second * 10, second) }
    for second in 61...89 { _ = rate("Sending", 600, second) }
    #expect(rate("Sending", 600, 90) == 0)
    #expect(rate("Checking", 0, 91) == nil)
    #expect(rate("Checking", 4, 93) == 2)
  }

  // MARK: Painter

  /// A clock that the test sets.
  private final class HandClock: Sendable {
    private let time = Mutex(Duration.zero)
    func set(_ milliseconds: Int) { time.withLock { $0 = .milliseconds(milliseconds) } }
    func now() -> Duration { time.withLock(\.self) }
  }

  private func lines(
    _ mode: ProgressPainter.Mode, _ abilities: TextStream.Abilities,
    _ updates: [(Int, (inout ProgressState) -> Void)]
  ) -> String {
    let recorder = Recorder()
    let clock = HandClock()
    let painter = ProgressPainter(
      mode, on: recorder.console(messages: abilities, columns: 30), clock: clock.now)
    for (milliseconds, change) in updates {
      clock.set(milliseconds)
      painter.update(change)
    }
    painter.finish()
    return recorder.messages
  }

  @Test func `the bar is drawn at most ten times a second and removed at the end`() {
    let text = lines(
      .auto, .plainTerminal,
      [
        (0, { $0.phase = "Sending" }), (50, { $0.done = 1 }), (99, { $0.done = 2 }),
        (100, { $0.done = 3 }), (150, { $0.done = 4 }),
      ])
    let erase = "\r\u{1B}[K"
    #expect(text == "\(erase)Sending  0 rows\(erase)Sending  3 rows\(erase)")
  }

  @Test func `a log gets a line after five seconds, then each half minute, and news at once`() {
    let text = lines(
      .auto, .none,
      [
        (0, { $0.phase = "Sending" }), (4999, { $0.done = 1 }), (5000, { $0.done = 2 }),
        (5500, { $0.waiting = "the server is busy" }), (5600, { $0.waiting = "still busy" }),
        (5700, { $0.waiting = nil }), (35_699, { $0.done = 3 }), (35_700, { _ in }),
      ])
    #expect(
      text == """
        Sending: 2 rows, 0.4/s
        Sending: 2 rows, 0.4/s; waiting: the server is busy
        Sending: 2 rows, 0.4/s
        Sending: 3 rows, 2/min

        """)
  }

  @Test func `JSON is written each second, also on a terminal`() {
    let text = lines(
      .json, .terminal,
      [(0, { $0.phase = "Sending" }), (1000, { $0.done = 1 }), (1500, { $0.done = 2 })])
    #expect(text.split(separator: "\n").count == 1)
    #expect(
      text.hasPrefix(
        #"{"schema":1,"type":"progress","event":"progress","phase":"Sending","done":1,"#))
  }

  @Test func `none shows nothing`() {
    #expect(lines(.none, .terminal, [(0, { $0.phase = "Sending" }), (9000, { _ in })]) == "")
  }

  @Test func `drawing continues until it is cancelled`() async {
    let recorder = Recorder()
    let painter = ProgressPainter(.bar, on: recorder.console(messages: .plainTerminal))
    painter.update { $0.phase = "Sending" }
    let task = Task { await painter.keepDrawing() }
    task.cancel()
    await task.value
    #expect(recorder.messages.hasSuffix("\r\u{1B}[K"))
  }
}
