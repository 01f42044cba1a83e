import BulkFiles
import FoundationEssentials
import PortGroupFiles
import PortGroupModel
import RowLedger
import UnityConnection

/// Writes the plan of a run, which is in the ledger, to a file, group by group.
///
/// The plan is read twice: first for the fingerprint, which the first line has, then for the lines.
struct PlanWriting {
  let run: RunID
  let kind: RunKind
  let file: PlanFile
  let setting: RunSetting
  let client: PacedClient

  private var book: RunBook { setting.book(of: run) }

  /// Writes the file.
  ///
  /// - Returns: What to tell the user.
  /// - Throws: `RunStop.output` if the file cannot be written; then none appears.
  func write() async throws(RunStop) -> WrittenPlan {
    let target = try await target()
    var digest = PlanDigest()
    let unchanged = try await forEach { digest.add($0) }
    let result = digest.finish(target: target.id ?? target.url, unchanged: unchanged)
    let head = PlanHead(
      fingerprint: result.fingerprint, target: target, kind: kind.rawValue,
      inputs: try await inputs(),
      part: try await part(), made: file.made.ISO8601Format(), by: file.author,
      ticket: file.ticket, notAfter: file.notAfter.ISO8601Format(), tool: setting.toolVersion,
      from: result.from)
    let writer = try output { [control = setting.control] () throws(OutputFailure) in
      try PlanWriter(path: file.path, head: head) { control.stop == nil }
    }
    _ = try await forEach { entry throws(RunStop) in
      try output { () throws(OutputFailure) in try writer.write(entry) }
    }
    try output { () throws(OutputFailure) in try writer.finish(result) }
    return WrittenPlan(
      path: file.path, fingerprint: result.fingerprint, notAfter: file.notAfter,
      counts: result.counts)
  }

  /// Calls the writer, and throws its error as `RunStop`.
  private func output<Value>(
    _ work: () throws(OutputFailure) -> Value
  ) throws(RunStop) -> Value {
    do throws(OutputFailure) {
      return try work()
    } catch {
      throw setting.control.stop ?? .output(error.description)
    }
  }

  /// The server as it names itself now.
  private func target() async throws(RunStop) -> PlanHead.Target {
    PlanHead.Target(
      id: try await client.identity()?.text, name: setting.target.name, url: setting.target.url,
      version: try await client.version(), pin: file.pin)
  }

  /// The part of the input that the plan is for; `nil` for all of it.
  private func part() async throws(RunStop) -> PlanHead.Part? {
    var part = file.part
    part.invalid = try await book.books().invalid
    return part == PlanHead.Part() ? nil : part
  }

  private func inputs() async throws(RunStop) -> [PlanHead.Input] {
    let counts = try await book.rowCounts()
    let inputs = try await book.inputs()
    if inputs.isEmpty {
      let source = try await book.record().opening.source
      return [
        PlanHead.Input(file: source, sha256: nil, rows: counts.values.reduce(0, +))
      ]
    }
    return inputs.map {
      PlanHead.Input(file: $0.name, sha256: $0.sha256, rows: counts[$0.name] ?? 0)
    }
  }

  /// Calls `body` with each entry, in the order of the file; returns the number of rows without one.
  private func forEach(
    _ body: (PlanEntry) throws(RunStop) -> Void
  ) async throws(RunStop) -> Int {
    var number = 0
    var unchanged = 0
    var groups = try await book.groupsByName()
    while case let page = try await groups.next(), !page.isEmpty {
      for group in page {
        try setting.control.check()
        let findings = try await book.findings(in: group)
        var listed = group.group
        listed.needsReset = false
        try body(
          .group(
            PlanGroup(
              group: listed, listed: PlanGroup.digest(of: findings.listed ?? []),
              extra: findings.extra.map(\.fields.whole))))
        for line in try await lines(of: group, findings.listed ?? []) {
          switch line.decision {
          case .unchanged: unchanged += 1
          case .refuse(let code):
            try body(
              .refusal(PlanRefusal(code: code, group: group.group.objectID, from: line.from)))
          case .write(var change):
            number += 1
            change.before = change.before?.whole
            change.set = change.set.filtered(Field.compared.contains)
            try body(
              .step(
                PlanStep(
                  number: number, group: group.group.objectID, change: change,
                  beside: line.beside, from: line.from)))
          }
        }
      }
    }
    return unchanged
  }

  /// A row of a group and what is planned for it.
  private struct Line {
    var decision: Decision
    var beside = 0
    var from: String
  }

  /// The rows of a group in the order in which they are sent.
  private func lines(
    of group: LedgerGroup, _ listed: [PortGroupServer]
  ) async throws(RunStop) -> [Line] {
    let rows = try await book.rows(of: group)
    let plans = try await book.plan(of: group)
    let places = Dictionary(rows.map { ($0.id, $0.place.origin) }) { first, _ in first }
    let planned = rows.compactMap { row in
      plans[row.id].map { (id: row.id, request: row.row, plan: $0) }
    }
    let plan = BatchPlan(planned, on: listed)
    let steps = zip(plan.steps, plan.besides).map { step, beside in
      Line(decision: step.decision, beside: beside, from: places[step.row] ?? "")
    }
    // The group is gone: its rows have failed without a plan.
    let failed = rows.filter { plans[$0.id] == nil }.compactMap { row -> Line? in
      guard case .failed(let code) = row.state else { return nil }
      return Line(decision: .refuse(code), from: row.place.origin)
    }
    return failed + steps
  }
}

extension RowPlace {
  /// The file and the line, such as `move.csv:2`; the number of the record where there are no lines.
  var origin: String { "\(file):\(line > 0 ? line : record)" }
}
