// Plans that are written to files and applied, for tests of the engine.

import FoundationEssentials
import PortGroupFiles
import PortGroupModel
import RowLedger
import Testing
import UnityConnection

@testable import BatchEngine

extension EngineRig {
  /// A setting that writes the plan to this file.
  func setting(planning path: String) -> RunSetting {
    var setting = setting()
    setting.confirmPlan = nil
    setting.planFile = PlanFile(
      path: path, author: "jd@jump01", ticket: nil,
      made: Date(timeIntervalSince1970: 1_800_000_000),
      validFor: .seconds(3_600), pin: nil)
    return setting
  }

  /// The same rig, which only plans.
  private var dry: EngineRig {
    var rig = self
    rig.options.isDry = true
    return rig
  }

  /// Plans an import of these rows.
  func plan(_ rows: [Row], to path: String) async -> RunResult {
    let importer = dry.importer(of: rows)
    return await Importer(
      source: importer.source, options: dry.options, setting: setting(planning: path),
      fill: importer.fill
    ).run(on: client)
  }

  /// Plans a restore.
  func plan(
    restoring source: RestoreSource, _ terms: RestoreTerms = .exact(), to path: String
  ) async -> RunResult {
    await Restorer(
      source: source, terms: terms, selection: RowSelection(), options: dry.options,
      setting: setting(planning: path)
    ).run(on: client)
  }

  /// Plans the undo of a run.
  func plan(undoing result: RunResult, to path: String) async throws -> RunResult {
    let run = try await ledger.run(try #require(result.run))
    return try await ChildRun(
      of: run, to: .undo, options: dry.options, setting: setting(planning: path)
    ).run(on: client)
  }

  /// Applies a plan file.
  func apply(
    _ path: String, allowsOtherAddress: Bool = false,
    _ change: (inout PushOptions) -> Void = { _ in }
  ) async throws -> RunResult {
    var options = options
    change(&options)
    let applier = PlanApplier(
      try PlanApplier.Plan(path, control: control), allowsOtherAddress: allowsOtherAddress,
      options: options, setting: setting()
    ) { [target] in $0 == target.url }
    let run = try await ledger.beginStaging(applier.opening)
    let result = await applier.perform(run, on: client)
    if result.isStaged { #expect(result.books?.balances == true) }
    return result
  }

  /// Undoes a run.
  func undo(_ result: RunResult) async throws -> RunResult {
    let run = try await ledger.run(try #require(result.run))
    return try await ChildRun(of: run, to: .undo, options: options, setting: setting())
      .run(on: client)
  }
}

/// The entries of a plan file.
func entries(of path: String) throws -> (head: PlanHead, entries: [PlanEntry]) {
  let reader = try PlanReader(path)
  var pass = try reader.entries()
  var entries: [PlanEntry] = []
  while let entry = try pass.next() { entries.append(entry) }
  return (reader.head, entries)
}
