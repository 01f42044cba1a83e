import PortGroupModel
import RowLedger

/// One round of a drill: damages the configuration, restores it, and compares.
struct Rehearsal {
  let content: DrillContent
  let ids: DrillRound.IDs
  let room: any RehearsalRoom
  let control: RunControl
  let report: @Sendable (RunEvent) -> Void
  let makeSetting: Drill.MakeSetting

  func perform() async -> DrillRound {
    var round = DrillRound(ids: ids)
    do throws(RunStop) {
      let source = chosen(&round)
      round.groups = source.content.count
      round.servers = source.content.map(\.servers.count).reduce(0, +)
      let damage = damaged(source)
      round.damage = damage.counts
      let stage = try await open(damage.groups)
      try await perform(source, damage.groups, stage, &round)
    } catch {
      round.stop = control.stop ?? error
    }
    return round
  }

  // MARK: The damaged groups

  /// The groups of this round: under other ids, only those that their names distinguish.
  private func chosen(_ round: inout DrillRound) -> DrillContent {
    guard ids == .other else { return content }
    let names = Dictionary(grouping: content.content) { Array($0.group.displayName.utf8) }
    let chosen = content.filtered { group in
      let name = group.group.displayName
      return !name.isEmpty && names[Array(name.utf8)]?.count == 1
    }
    let kept = Set(chosen.content.map(\.group.objectID))
    round.leftOut = content.content.map(\.group).filter { !kept.contains($0.objectID) }
      .map { $0.displayName.isEmpty ? $0.objectID.text : $0.displayName }
    return chosen
  }

  private func damaged(_ source: DrillContent) -> DrillDamage {
    let groups = source.content
    let groupIDs = groups.map(\.group.objectID)
    let serverIDs = groups.flatMap { $0.servers.map(\.objectID) }
    switch ids {
    case .same:
      // A server that was moved while it was read can be in two groups.
      var taken = DrillIDs(besides: [])
      let unique = groups.map { group in
        var group = group
        group.servers = group.servers.map { server in
          PortGroupServer(objectID: taken.take(server.objectID), fields: server.fields)
        }
        return group
      }
      return DrillDamage(unique, turn: 0, ids: taken)
    case .other:
      var fresh = DrillIDs(besides: Set(groupIDs + serverIDs))
      let renamed = groups.map { group in
        var group = group
        group.group.objectID = fresh.next()
        group.servers = group.servers.map { server in
          PortGroupServer(objectID: fresh.next(), fields: server.fields)
        }
        return group
      }
      return DrillDamage(renamed, turn: 1, ids: fresh)
    }
  }

  private func open(_ groups: [DrilledGroup]) async throws(RunStop) -> RehearsalStage {
    let servers = groups.flatMap { group in
      group.servers.map { server in
        var server = server
        server.fields[.groupObjectID] = .text(group.group.objectID.text)
        return server
      }
    }
    let place = try await room.open(groups: groups.map(\.group), servers: servers)
    try control.check()
    let errors = ErrorList()
    do throws(LedgerError) {
      let ledger = try Ledger.open(.throwaway)
      let setting = makeSetting(ledger, place.target) { [report] event in
        switch event {
        case .progress, .waiting: report(event)
        case .diagnostic(let diagnostic): errors.add(diagnostic)
        default: break
        }
      }
      return RehearsalStage(client: place.client, setting: setting, errors: errors)
    } catch {
      throw .ledger(error)
    }
  }

  // MARK: The restore

  /// Several requests at a time; nothing else uses the server.
  private static var options: PushOptions {
    var options = PushOptions()
    options.pace = Pace(slots: 4, giveUp: .seconds(30))
    options.maxDelete = .percent(100)
    options.allowLast = true
    options.settleWait = .zero
    options.isAgreed = true
    return options
  }

  private func perform(
    _ source: DrillContent, _ damaged: [DrilledGroup], _ stage: RehearsalStage,
    _ round: inout DrillRound
  ) async throws(RunStop) {
    var terms = RestoreTerms()
    terms.isExact = true
    terms.allowsOtherTarget = true
    let options = Self.options
    let restorer = Restorer(
      source: .stored(source), terms: terms, selection: RowSelection(), options: options,
      setting: stage.setting)
    let run = try await stage.begin(restorer.opening)
    let check = DrillCheck(
      client: stage.client, pace: options.pace, setting: stage.setting, run: run)
    let readOnly = try await check.confirm(damaged)
    let result = await restorer.perform(run, on: stage.client)
    round.books = result.books
    round.isVerified = result.verdict?.isSame ?? false
    round.errors = stage.errors.first
    round.failed = try await stage.rowsNotDone(of: run)
    if let stop = result.stop { throw stop }
    try await check.compare(with: source, readOnly: readOnly, &round)
  }
}
