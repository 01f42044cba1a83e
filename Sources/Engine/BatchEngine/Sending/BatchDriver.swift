import PortGroupModel
import RowLedger
import UnityConnection

/// Does what `BatchProgress` says: records, sends, lists and waits, and reports the result to it.
struct BatchDriver: Sendable {
  let group: LedgerGroup
  /// When this process began the batch, on the run's clock.
  let began: Duration
  /// The turn of the batch; see `SlotGate`.
  let turn: Int
  var progress: BatchProgress
  var count: BatchCount
  /// Why the run must stop before the batch is finished; `nil` if it need not.
  var stop: RunStop?
  /// How long other batches went before its first write: it was not worked on meanwhile.
  var waited: Duration?

  private var shared: SharedWork { count.shared }
  private var client: PacedClient { shared.client }

  /// Works until the batch has ended or must wait, so that its worker can process other groups meanwhile.
  ///
  /// - Returns: When to continue, on the run's clock; `nil` if the batch has ended.
  /// - Throws: Why the run must stop; the known outcomes are recorded, unless the ledger fails.
  mutating func run() async throws(RunStop) -> Duration? {
    while true {
      switch progress.next {
      case .journal(let plan):
        try await shared.book.journal(plan, of: group)
        count.settled(plan.settled)
        count.final(progress.journaled())
      case .reopen(let rows):
        try await shared.book.reopenIntents(of: rows, in: group)
        count.final(progress.journaled())
      case .send, .inspect, .look(.settle): await exchange()
      case .look(let purpose): await look(purpose)
      case .wait(let time, let reason):
        if client.reportsWait(until: time, reason) { return time }
        progress.waited()
      case .record(let outcomes, let owesReadBack):
        if progress.hasChanged { shared.tally.changed(group) }
        let took = client.clock.now() - began - (waited ?? .zero)
        try await shared.book.record(outcomes, of: group, owesReadBack: owesReadBack, took: took)
        count.recorded(outcomes, late: progress.recorded())
      case .end:
        let took = client.clock.now() - began - (waited ?? .zero)
        client.report(.groupEnded(group.group, rows: count.sums, took: took))
        guard let stop else { return nil }
        throw stop
      }
    }
  }

  /// Stops the batch: rows in doubt stay in doubt, and unsent rows stay pending.
  mutating func halt(_ reason: RunStop) {
    stop = stop ?? reason
    count.final(progress.halted())
  }

  /// Sends and settles, until another kind of action is needed.
  private mutating func exchange() async {
    // One request follows the other here, with little between them; but settling many doubts takes its time,
    // and would hold up the requests of all other groups.
    await withTaskExecutorPreference(progress.isResumed ? nil : client.client.executor) {
      var lane = SlotGate.Lane()
      loop: while true {
        switch progress.next {
        case .send(let change, _):
          let sent = await client.send(change, in: group.group.objectID, turn: turn, on: &lane)
          (stop, waited) = (stop ?? sent.stop, waited ?? sent.inLine)
          count.final(progress.answered(sent.answer))
        case .inspect(let server):
          client.gate.release(&lane)
          await inspect(server)
        case .look(.settle):
          // A read waits for its own slot.
          client.gate.release(&lane)
          await look(.settle)
        default: break loop
        }
      }
      client.gate.release(&lane)
    }
  }

  private mutating func inspect(_ server: ObjectID) async {
    do throws(RunStop) {
      count.final(progress.inspected(try await client.server(server, of: group.group)))
    } catch {
      halt(error)
    }
  }

  private mutating func look(_ purpose: BatchProgress.Purpose) async {
    do throws(RunStop) {
      switch try await client.servers(of: group.group) {
      case .listed(let list):
        shared.tally.met(unknownFields: list.unknownFields)
        count.found(progress.listed(list.servers), by: purpose)
      case .gone: count.found(progress.listed(nil), by: purpose)
      case .unreadable(let group):
        shared.tally.unreadable(group)
        count.final(progress.cannotLook())
      }
    } catch {
      halt(error)
    }
  }
}
