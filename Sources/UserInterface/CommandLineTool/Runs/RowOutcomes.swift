import BatchEngine
import BulkFiles
import Bytes
import Glibc
import PortGroupModel
import RowLedger
import Synchronization

/// Writes what becomes of each row of a run to a file, as soon as the ledger has it; each row once.
///
/// The run never waits for whoever reads the file. A file that cannot be written any more is given up with a warning:
/// the ledger has everything.
actor RowOutcomes {
  /// What has happened in the run and is not written yet.
  private struct Events {
    var ledger: Ledger?
    var run: RunID?
    /// True if the rows are in the ledger, and the invalid ones are to be written.
    var isStaged = false
    var groups: ArraySlice<ObjectID> = []
  }

  private let path: String
  private let context: CommandContext
  /// Whether nothing is sent, so that the run has no name for other commands.
  private let isDry: Bool
  private let file = Mutex<LiveFile?>(nil)
  private let events = Mutex(Events())
  /// The text that the file has not taken yet.
  private var rest: ArraySlice<UInt8> = []
  /// One bit for each row of the run, by its number: true if it is written, or not to be.
  private var written: [UInt64] = []
  /// The number of those rows.
  private var writtenCount = 0

  /// How long a reader may take nothing after the end of a run, and after a run that was stopped.
  private static let readerTimeout = (end: Duration.seconds(60), stop: Duration.seconds(5))
  /// More rows are read from the ledger when the file has taken all but this many bytes.
  private static let ahead = 65_536

  init(_ path: String, _ context: CommandContext) {
    self.path = path
    isDry = context.arguments.has(.dryRun) || context.arguments.has(.planFile)
    self.context = context
  }

  /// Opens the file, before anything is sent.
  ///
  /// - Throws: `CommandFailure` if nothing can be written there, or if the command uses the file otherwise.
  nonisolated func open() throws(CommandFailure) {
    try SeparateFile(path, of: .rowsTo, "The rows", context).check()
    try checkContent()
    do throws(OutputFailure) {
      let opened = try LiveFile(path: path)
      file.withLock { $0 = opened }
    } catch {
      throw CommandFailure(
        .failure, error.description.sentenceStart, hint: "name another file with --rows-to")
    }
  }

  /// Refuses a file that holds something else: it would be lost.
  private nonisolated func checkContent() throws(CommandFailure) {
    for descriptor in [STDOUT_FILENO, STDERR_FILENO]
    where FileIdentity.isSame(descriptor, as: path) {
      throw CommandFailure(
        .usage,
        "The rows cannot be written to \(path), where standard \(descriptor == STDOUT_FILENO ? "output" : "error") goes",
        hint: "name another file with --rows-to")
    }
    guard LiveFile.holdsOther(path, than: Array(RowOutcome.beginning.utf8)) else { return }
    throw CommandFailure(
      .usage, "\(path) exists and does not hold rows of an earlier run, so that it is not replaced",
      hint: "name another file with --rows-to")
  }

  /// Forgets the file; one that holds nothing yet never appears.
  nonisolated func close() { file.withLock { $0 = nil } }

  // MARK: What happens

  /// Notes where the rows of the next run are.
  nonisolated func follow(_ ledger: Ledger) { events.withLock { $0.ledger = ledger } }

  /// Notes that all rows of a run are in the ledger.
  nonisolated func note(staged run: RunID) {
    events.withLock { events in
      events.run = run
      events.isStaged = true
    }
  }

  /// Notes that this process has recorded what became of the rows of a port group.
  nonisolated func note(ended group: PortGroup) {
    events.withLock { $0.groups.append(group.objectID) }
  }

  /// Leaves out the rows that an earlier process has finished.
  func leaveOut(finishedRowsOf run: RunID, in ledger: Ledger) async throws(CommandFailure) {
    (written, writtenCount) = ([], 0)
    try await LedgerAccess.reading {
      var rows = try await ledger.finalRows(of: run)
      while case let page = try await rows.next(10_000), !page.isEmpty {
        for row in page { markWritten(row) }
      }
    }
  }

  // MARK: Writing

  /// Writes what is recorded, until the task is cancelled; it never waits for the reader.
  func keepWriting() async {
    while !Task.isCancelled {
      writeRest()
      if rest.count < Self.ahead, let (run, ledger, group) = nextEvent() {
        await write(run, ledger, group: group)
      } else {
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// Writes all rows of a run that are not written yet, in whatever state they are, and waits for the reader.
  ///
  /// - Parameters:
  ///   - result: The result of the run; nothing is written if its rows are not in the ledger.
  ///   - ledger: The ledger of the run.
  ///   - stopsWaiting: Returns whether the user has stopped the run, or does not want to wait.
  func finish(
    _ result: RunResult, in ledger: Ledger, stopsWaiting: @Sendable () -> Bool = { false }
  ) async {
    defer {
      (written, writtenCount) = ([], 0)
      events.withLock { $0 = Events() }
    }
    guard let name = result.run, let books = result.books else { return }
    appear()
    guard books.read > 0 else { return }
    do throws(CommandFailure) {
      try await LedgerAccess.reading {
        let run = try await ledger.run(name)
        while let (name, ledger, group) = nextEvent() {
          await write(name, ledger, group: group)
          await writeAll(stopsWaiting)
        }
        await writeAll(stopsWaiting)
        guard writtenCount < books.read else { return }
        var rows = try await ledger.changes(in: name)
        while hasFile, case let page = try await rows.next(), !page.isEmpty {
          try await add(page, of: run, ledger, onlyFinal: false)
          await writeAll(stopsWaiting)
        }
      }
    } catch {
      giveUp("the ledger cannot be read: \(error.message)")
    }
  }

  private var hasFile: Bool { file.withLock { $0 != nil } }

  private func nextEvent() -> (RunID, Ledger, ObjectID?)? {
    events.withLock { events in
      guard let ledger = events.ledger, let run = events.run else { return nil }
      if events.isStaged {
        events.isStaged = false
        return (run, ledger, nil)
      }
      return events.groups.popFirst().map { (run, ledger, $0) }
    }
  }

  /// Writes the finished rows of a port group, or the invalid ones of the run.
  private func write(_ name: RunID, _ ledger: Ledger, group: ObjectID?) async {
    appear()
    // What cannot be read now is written at the end.
    try? await LedgerAccess.reading {
      let run = try await ledger.run(name)
      var rows =
        if let group { try await ledger.changes(in: name, of: group) } else {
          try await ledger.changes(in: name, states: ["invalid"])
        }
      while case let page = try await rows.next(), !page.isEmpty {
        try await add(page, of: run, ledger, onlyFinal: true)
        writeRest()
      }
    }
  }

  /// Gives the file its name, because the run has rows.
  private func appear() {
    do throws(OutputFailure) {
      try file.withLock(\.self)?.appear()
    } catch {
      giveUp(error)
    }
  }

  private func add(
    _ rows: [RowReport], of run: Run, _ ledger: Ledger, onlyFinal: Bool
  ) async throws(LedgerError) {
    for row in rows where !onlyFinal || row.state.isFinal {
      guard !isWritten(row.id) else { continue }
      let outcome = try await RowOutcome(row, of: run, ledger, isDry: isDry)
      markWritten(row.id)
      rest += Array((outcome.line + "\n").utf8)
    }
  }

  private func isWritten(_ row: RowID) -> Bool {
    let word = row.number / 64
    return word < written.count && written[word] >> UInt64(row.number % 64) & 1 == 1
  }

  private func markWritten(_ row: RowID) {
    let word = row.number / 64
    if word >= written.count {
      written += repeatElement(0, count: max(word + 1 - written.count, written.count))
    }
    written[word] |= 1 << UInt64(row.number % 64)
    writtenCount += 1
  }

  /// Writes what the file takes now.
  private func writeRest() {
    while !rest.isEmpty, let file = file.withLock(\.self) {
      do throws(OutputFailure) {
        let count = try file.write(rest)
        if count == 0 { return }
        rest.removeFirst(count)
      } catch {
        giveUp(error)
      }
    }
    rest = []
  }

  /// Writes everything; gives the file up if its reader takes nothing for too long.
  private func writeAll(_ stopsWaiting: () -> Bool) async {
    let clock = ContinuousClock()
    var (left, progress) = (rest.count, clock.now)
    while true {
      writeRest()
      if rest.isEmpty { return }
      if rest.count < left { (left, progress) = (rest.count, clock.now) }
      let limit = stopsWaiting() ? Self.readerTimeout.stop : Self.readerTimeout.end
      if clock.now - progress > limit {
        return giveUp("its reader takes nothing for \(Quantity.time(limit))")
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func giveUp(_ failure: OutputFailure) {
    // Of the message only the cause: what is written stays.
    giveUp(String(failure.message.split(separator: ";").first ?? ""))
  }

  private func giveUp(_ reason: String) {
    rest = []
    guard
      file.withLock({ file in
        defer { file = nil }
        return file != nil
      })
    else { return }
    let run = events.withLock(\.run)?.text ?? "last"
    context.console.warn(
      "the rows in \(path) end here: \(reason)\n    hint: every row: cupibulk runs rows \(run) --json"
        + LedgerAccess.option(context))
  }
}
