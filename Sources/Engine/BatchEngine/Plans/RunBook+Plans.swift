// The plans of a run in the ledger: the one that the user agreed to, and what is written to a plan file or comes from one.

import PortGroupModel
import RowLedger

extension RunBook {
  /// Records the plan of a group as it is shown.
  func record(_ plan: BatchPlan) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.record(plan) }
  }

  /// The plan of a group's rows; rows that were not planned are left out.
  func plan(of group: LedgerGroup) async throws(RunStop) -> [RowID: RowPlan] {
    try await ask { ledger, _ in try await ledger.plan(of: group.id) }
  }

  func recordQuestion() async throws(RunStop) { try await ask { try await $0.ask(about: $1) } }

  func agree() async throws(RunStop) { try await ask { try await $0.agree(to: $1) } }

  /// Whether the user was asked whether to send the run, and whether the user agreed.
  func agreement() async throws(RunStop) -> (wasAsked: Bool, isAgreed: Bool) {
    let (asked, agreed) = try await ask { try await $0.agreement(of: $1) }
    return (asked != nil, agreed != nil)
  }

  /// Removes the plan if nobody agreed to it.
  func discardPlan() async throws(RunStop) { try await ask { try await $0.discardPlan(of: $1) } }
}

// MARK: - Plan files

extension RunBook {
  /// Records what else a plan file says of a group.
  func record(_ findings: GroupFindings, of group: LedgerGroup) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.record(findings, of: group.id) }
  }

  func findings(in group: LedgerGroup) async throws(RunStop) -> GroupFindings {
    try await ask { ledger, _ in try await ledger.findings(in: group.id) }
  }

  /// Records rows of a group of the target with their plans; once for each group.
  func stage(
    _ rows: [(row: StagedRow, plan: RowPlan)], of group: PortGroup
  ) async throws(RunStop) {
    try await ask { try await $0.stage(rows, of: group, in: $1) }
  }

  /// True if something of the run was or may have been sent.
  func hasIntents() async throws(RunStop) -> Bool {
    try await ask { try await $0.hasIntents($1) }
  }

  func serverPlannedTwice() async throws(RunStop) -> String? {
    try await ask { try await $0.serverPlannedTwice(in: $1) }
  }

  /// Records which plan file the run applies.
  func apply(_ plan: AppliedPlan) async throws(RunStop) {
    try await ask { try await $0.apply(plan, by: $1) }
  }

  /// The runs that applied a plan file, newest first.
  func runs(applying sha256: String) async throws(RunStop) -> [Run] {
    try await ask { ledger, _ in try await ledger.runs(applying: sha256) }
  }

  func inputs() async throws(RunStop) -> [RunInput] {
    try await ask { try await $0.inputs(of: $1) }
  }

  /// The number of rows of each file, by the file's name.
  func rowCounts() async throws(RunStop) -> [String: Int] {
    try await ask { try await $0.rowCounts(of: $1) }
  }
}
