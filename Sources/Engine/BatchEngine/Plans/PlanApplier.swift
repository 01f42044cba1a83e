package import PortGroupFiles
import PortGroupModel
package import RowLedger
package import UnityConnection

/// Does exactly what a plan file says: a run whose rows are the steps of the plan.
///
/// Before anything is sent, each group is compared with what the plan found in it; see `PlanComparison`.
package struct PlanApplier: Sendable {
  /// A plan file that was read to its end, and found to be as it was written.
  package struct Plan: Sendable {
    package let path: String
    package let head: PlanHead
    package let counts: PlanCounts
    /// The SHA-256 digest of the file, in hexadecimal digits.
    package let sha256: String
    /// In bytes.
    package let size: Int

    /// Reads and checks a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - control: Ends the reading.
    /// - Throws: `RunStop.badPlan` if it cannot be used, and why the run was stopped.
    package init(_ path: String, control: RunControl) throws(RunStop) {
      do throws(PlanFault) {
        let reader = try PlanReader(path)
        var pass = try reader.entries()
        while control.stop == nil, try pass.next() != nil {}
        guard let result = pass.result, let sha256 = pass.sha256 else {
          throw PlanFault(path, .cut)
        }
        (self.path, head, counts) = (path, reader.head, result.counts)
        (self.sha256, size) = (sha256, pass.size)
      } catch {
        throw control.stop ?? .badPlan(error)
      }
    }
  }

  let plan: Plan
  /// True if the plan may be applied to a server that has another address now.
  let allowsOtherAddress: Bool
  /// True for the address of this target, in any spelling.
  let isSameAddress: @Sendable (String) -> Bool
  let options: PushOptions
  package let setting: RunSetting

  /// Creates an applier.
  package init(
    _ plan: Plan, allowsOtherAddress: Bool, options: PushOptions, setting: RunSetting,
    isSameAddress: @escaping @Sendable (String) -> Bool
  ) {
    self.plan = plan
    self.allowsOtherAddress = allowsOtherAddress
    self.isSameAddress = isSameAddress
    self.options = options
    self.setting = setting
  }

  /// The record of the run before it begins.
  package var opening: RunOpening {
    RunOpening(
      kind: .apply, source: plan.path, target: setting.target,
      options: StoredOptions(options).json, toolVersion: setting.toolVersion, isDry: options.isDry)
  }

  /// Records with a run which file it applies, whatever comes of it; an error of the ledger comes again later.
  package func recordInput(of run: RunID) async {
    let input = RunInput(name: plan.path, size: plan.size, sha256: plan.sha256)
    try? await setting.ledger.add(input, to: run)
  }

  /// Refuses a plan that is for another server, or that was applied already.
  ///
  /// - Parameters:
  ///   - run: The run that would apply it.
  ///   - client: The target.
  /// - Throws: `RunStop.wrongTarget` or `RunStop.planUsed`.
  package func check(_ run: RunID, on client: ConnectionClient) async throws(RunStop) {
    try await check(run, PacedClient(to: client, options.pace, setting))
  }

  /// Records the steps as rows, compares them with the target, and sends those that still hold.
  ///
  /// - Parameters:
  ///   - run: A run that was recorded with `opening`.
  ///   - client: The target.
  /// - Returns: The books, and why the run stopped early, if it did.
  package func perform(_ run: RunID, on client: ConnectionClient) async -> RunResult {
    let client = PacedClient(to: client, options.pace, setting)
    do throws(RunStop) {
      let groups = try await RunStaging(run: run, setting: setting, client: client)
        .stage { run async throws(RunStop) in
          try await check(run, client)
          try await stage(run)
        } check: { run, groups async throws(RunStop) in
          try await takeNames(run, of: groups)
          return try await setting.book(of: run).groupCount()
        }
      return await RunPusher(
        run: run, kind: .apply, options: options, setting: setting, client: client, groups: groups
      ).push()
    } catch {
      return await setting.abandon(run, by: error)
    }
  }

  // MARK: The target

  private func check(_ run: RunID, _ client: PacedClient) async throws(RunStop) {
    let planned = plan.head.target
    let id = try await client.identity()?.text
    guard id == planned.id else {
      throw .wrongTarget(
        "\(plan.path) is a plan for \(planned.shown), and \(setting.target.url) is another server"
          + (id.map { " (id \($0))" } ?? ", which does not tell its id"))
    }
    // Without an id, only the address says which server it is.
    if !isSameAddress(planned.url), id == nil || !allowsOtherAddress {
      throw .wrongTarget(
        "\(plan.path) is a plan for \(planned.url); \(setting.target.url) has the same id, so that it is either the "
          + "same server under another address or a copy of it")
    }
    if options.isDry { return }
    for earlier in try await setting.book(of: run).runs(applying: plan.sha256)
    where earlier.id != run && earlier.isStaged && !earlier.opening.isDry && !earlier.wasNotSent {
      throw .planUsed(
        "\(plan.path) was applied already, by run \(earlier.id)")
    }
  }

  /// Takes the names of port groups from the target: those in the file are for people, and are not approved.
  private func takeNames(_ run: RunID, of groups: [PortGroup]) async throws(RunStop) {
    let book = setting.book(of: run)
    let known = Dictionary(groups.map { ($0.objectID, $0) }) { first, _ in first }
    var planned = try await book.groupsByName()
    while case let page = try await planned.next(), !page.isEmpty {
      let renamed = page.compactMap { group -> PortGroup? in
        guard let now = known[group.group.objectID], now.displayName != group.group.displayName
        else { return nil }
        setting.report(
          .remark(
            "port group \"\(group.group.displayName)\" of the plan is called \"\(now.displayName)\" on the target"
          ))
        return now
      }
      if !renamed.isEmpty { try await book.add(renamed) }
    }
  }

  // MARK: Rows

  /// Reads the file a second time, and records its steps; they become visible only if it is still the same.
  private func stage(_ run: RunID) async throws(RunStop) {
    let book = setting.book(of: run)
    let reader = try fault { () throws(PlanFault) in try PlanReader(plan.path) }
    var rows = PlanRows(book: book)
    try await stage(reader, &rows)
    if let server = try await book.serverPlannedTwice() {
      throw .badPlan(
        PlanFault(plan.path, .changed("server \(server) is in the steps of two port groups")))
    }
    try await book.apply(
      AppliedPlan(fingerprint: plan.head.fingerprint.text, sha256: plan.sha256))
  }

  private func stage(_ reader: PlanReader, _ rows: inout PlanRows) async throws(RunStop) {
    var pass = try fault { () throws(PlanFault) in try reader.entries() }
    while let entry = try fault({ () throws(PlanFault) in try pass.next() }) {
      try setting.control.check()
      try await rows.add(entry)
    }
    try await rows.endGroup()
    guard pass.sha256 == plan.sha256 else {
      throw .badPlan(PlanFault(plan.path, .changed("it is another file than a moment ago")))
    }
  }

  /// Reads from the file, and throws its faults as `RunStop`.
  private func fault<Value: ~Copyable>(_ work: () throws(PlanFault) -> Value) throws(RunStop)
    -> Value
  {
    do throws(PlanFault) { return try work() } catch { throw .badPlan(error) }
  }
}

extension PlanHead.Target {
  /// `prod (https://cuc.example.com)`, or the address alone.
  var shown: String { name.map { "\($0) (\(url))" } ?? url }
}
