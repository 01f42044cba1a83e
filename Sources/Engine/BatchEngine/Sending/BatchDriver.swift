import PortGroupModel
import RowLedger
import UnityConnection

/// Does what `BatchProgress` says: records, sends, lists and waits, and reports to it what came of that.
struct BatchDriver: Sendable {
  let group: LedgerGroup
  /// When this process began it, on the clock of the run.
  let began: Duration
  /// When the batch would be finished if all workers took turns; see `SlotGate`.
  let turn: Int
  let book: RunBook
  let client: PacedClient
  let tally: RunTally
  /// Counts each row that fails here.
  let fuse: FailureFuse
  private(set) var progress: BatchProgress
  /// Why the run must stop before the batch is finished; `nil` if it need not.
  private var stop: RunStop?
  /// How long other batches went before its first write: it was not worked on meanwhile.
  private var waited: Duration?
  /// How many rows the tally knows as answered.
  private var answered = 0

  init(
    _ progress: BatchProgress, of group: LedgerGroup, since began: Duration, turn: Int,
    book: RunBook, client: PacedClient, tally: RunTally, fuse: FailureFuse
  ) {
    self.progress = progress
    self.group = group
    self.began = began
    self.turn = turn
    self.book = book
    self.client = client
    self.tally = tally
    self.fuse = fuse
  }

  /// Works until the batch has ended, or a wait is due, so that its worker can do other groups meanwhile.
  ///
  /// - Returns: When to continue, on the clock of the run; `nil` when the batch has ended.
  /// - Throws: Why the run must stop; what is known of the batch is recorded unless it is the ledger that fails.
  mutating func run() async throws(RunStop) -> Duration? {
    while true {
      switch progress.next {
      case .journal(let plan):
        try await book.journal(plan, of: group)
        let settled = plan.settled
        tally.recorded(settled, client)
        fuse.count(settled.failures)
        count(progress.journaled())
      case .reopen(let rows):
        try await book.reopenIntents(of: rows, in: group)
        count(progress.journaled())
      case .send, .look(.settle): await exchange()
      case .look(.readBack): await look(.readBack)
      case .wait(let time, let reason):
        let left = time - client.clock.now()
        if left > .zero {
          client.report(.waiting(reason: reason, delay: left))
          return time
        }
        progress.waited()
      case .record(let outcomes, let owesReadBack):
        if progress.hasChanged { tally.changed(group) }
        try await book.record(
          outcomes, of: group, owesReadBack: owesReadBack,
          took: client.clock.now() - began - (waited ?? .zero))
        tally.recorded(outcomes, underway: answered, client)
        fuse.count(progress.recorded().failures)
      case .end:
        if let stop { throw stop }
        return nil
      }
    }
  }

  /// The run has to stop: what is in doubt stays so, what was not sent is pending.
  mutating func halt(_ reason: RunStop) {
    stop = stop ?? reason
    count(progress.halted())
  }

  /// Sends and settles, until something else is to be done.
  private mutating func exchange() async {
    // One request follows the other here, with little between them; but settling many doubts takes its time,
    // and would hold up the requests of all other groups.
    let executor = progress.isResumed ? nil : client.client.executor
    await withTaskExecutorPreference(executor) {
      var lane = SlotGate.Lane()
      while true {
        switch progress.next {
        case .send(let change, _):
          let answer = await send(change, on: &lane)
          count(progress.answered(answer))
          continue
        case .look(.settle):
          // A question waits for a slot of its own.
          client.gate.release(&lane)
          await look(.settle)
          continue
        default: break
        }
        break
      }
      client.gate.release(&lane)
    }
  }

  private mutating func send(
    _ change: Change, on lane: inout SlotGate.Lane
  ) async -> BatchProgress.Answer {
    do throws(PacedClient.Undelivered) {
      let (answer, inLine) = try await client.send(
        change, in: group.group.objectID, turn: turn, on: &lane)
      waited = waited ?? inLine
      return answer
    } catch {
      stop = error.stop
      return .notSent(wasTried: error.wasTried)
    }
  }

  private mutating func look(_ purpose: BatchProgress.Purpose) async {
    do throws(RunStop) {
      switch try await client.servers(of: group.group) {
      case .listed(let list):
        tally.met(unknownFields: list.unknownFields)
        found(progress.listed(list.servers), by: purpose)
      case .gone: found(progress.listed(nil), by: purpose)
      case .unreadable(let group):
        tally.unreadable(group)
        count(progress.cannotLook())
      }
    } catch {
      halt(error)
    }
  }

  /// Counts what a list has shown; the rows that are read back were counted when they were answered.
  private mutating func found(_ rows: [Outcome], by purpose: BatchProgress.Purpose) {
    if purpose == .settle { count(rows) } else { fuse.count(rows.failures) }
  }

  /// Counts rows that have just become final.
  private mutating func count(_ rows: [Outcome]) {
    fuse.count(rows.failures)
    for _ in rows { tally.answered(client) }
    answered += rows.count
  }
}
