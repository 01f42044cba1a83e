package import RowLedger

/// Tries whether a stored configuration can be restored, on a server that nobody uses.
///
/// A rehearsal server gets the configuration damaged, the real ``Restorer`` puts it right, and everything that the server
/// shows then is compared with the source. This is done twice: under the ids of the source, and under others, as after a
/// server was installed again. What only the real server can refuse is not tried.
package struct Drill: Sendable {
  /// Makes the setting of a restore from its temporary ledger, its target, and the receiver of its events.
  package typealias MakeSetting =
    @Sendable (Ledger, RunTarget, @escaping @Sendable (RunEvent) -> Void) -> RunSetting

  private let source: any StoredConfiguration
  private let room: any RehearsalRoom
  private let control: RunControl
  private let makeSetting: MakeSetting
  private let report: @Sendable (RunEvent) -> Void

  /// Creates a drill.
  ///
  /// - Parameters:
  ///   - source: The configuration.
  ///   - room: Makes the rehearsal servers.
  ///   - control: Stops the drill; the settings must have it too.
  ///   - report: Receives the progress; remarks about the source and its rows are not passed on.
  ///   - makeSetting: Makes the setting of each restore; without questions.
  package init(
    of source: any StoredConfiguration, in room: any RehearsalRoom, control: RunControl,
    report: @escaping @Sendable (RunEvent) -> Void, makeSetting: @escaping MakeSetting
  ) {
    self.source = source
    self.room = room
    self.control = control
    self.report = report
    self.makeSetting = makeSetting
  }

  /// Restores the configuration twice.
  ///
  /// - Returns: What was found; a drill that was stopped is not passed.
  package func perform() async -> DrillResult {
    var result = DrillResult(source: source.name)
    do throws(RunStop) {
      let content = try await DrillContent(
        reading: source, of: source.origin, control: control)
      for ids in DrillRound.IDs.allCases {
        try control.check()
        let rehearsal = Rehearsal(
          content: content, ids: ids, room: room, control: control, report: report,
          makeSetting: makeSetting)
        result.rounds.append(await rehearsal.perform())
        try control.check()
        // What no server can hold under one id, it cannot hold under another.
        if result.rounds.last?.stop != nil { break }
      }
    } catch {
      result.stop = error
    }
    return result
  }
}
