import FoundationEssentials
import PortGroupFiles
import PortGroupModel

extension Command {
  static let planShow = Command(
    name: "show",
    summary: "Show a plan file: what it is for, and what it would change",
    details: [
      "The whole file is checked before anything is shown; a file that was changed or cut ends with exit "
        + "code 4. Equal changes are shown once, with the port groups that have them; deletes come after "
        + "the other changes, then rows that are refused and servers that are in no row. No server and no "
        + "ledger is needed, and a plan that is expired or was applied is shown as well.",
      "Two people who see the same fingerprint have plans of the same changes.",
    ],
    operands: [planOperand],
    options: [.planAction, .onlyGroup, .wholePlan, .reverse, .json, .markdown],
    exclusive: [.json, .markdown],
    examples: [
      Example(
        purpose: "read what a plan deletes", line: "cupibulk plan show move.plan --action delete"),
      Example(
        purpose: "get the way back for a change ticket",
        line: "cupibulk plan show move.plan --reverse --markdown"),
    ],
    isPaged: true
  ) { context throws(UsageError) in PlanShowCommand(context) }

  static let planOperand = Operand(
    name: "FILE", help: "a plan, as the option --plan has written it", words: .files)
}

/// `cupibulk plan show`: shows a plan file without a server.
struct PlanShowCommand: RunnableCommand {
  private let context: CommandContext

  init(_ context: CommandContext) { self.context = context }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let (reader, overview) = try checked(context.arguments.operands.first ?? "")
    let output = context.console.output
    let plan = ShownPlan(
      reader: reader, overview: overview, selection: try selection(in: overview),
      isReversed: context.arguments.has(.reverse), isStopped: { output.isClosed })
    do throws(PlanFault) {
      if context.arguments.has(.json) { try showJSON(plan) } else { try showPage(plan) }
    } catch {
      throw CommandFailure(error)
    }
    return .success
  }

  /// Opens a plan and reads it to its end, so that nothing is shown of one that was changed.
  private func checked(
    _ file: String
  ) throws(CommandFailure) -> (reader: PlanReader, overview: PlanOverview) {
    do throws(PlanFault) {
      let reader = try PlanReader(file)
      return (reader, try PlanOverview(reading: reader))
    } catch {
      throw CommandFailure(error)
    }
  }

  private func selection(in overview: PlanOverview) throws(CommandFailure) -> PlanSelection {
    var selection = PlanSelection()
    let actions = context.arguments.texts(.planAction)
    if !actions.isEmpty { selection.actions = Set(actions.compactMap(PlanAction.init(rawValue:))) }
    let groups = context.arguments.texts(.onlyGroup)
    guard !groups.isEmpty else { return selection }
    do throws(PlanSelection.UnknownGroup) {
      selection.groups = try PlanSelection.ids(of: groups, in: overview.groups)
    } catch {
      throw CommandFailure(
        .inputInvalid, "\(overview.file) has no port group \(error.name.quoted)",
        hint: error.nearest.map { "did you mean \($0.quoted)?" }
          ?? "--only-group takes the name or the id of a port group in the plan")
    }
    return selection
  }

  /// The options that show only a part, as they were typed.
  private var filter: String {
    let arguments = context.arguments
    return [Option.planAction, .onlyGroup].flatMap { option in
      arguments.texts(option).map { "\(option.flag) \($0.shellWord)" }
    }.joined(separator: " ")
  }

  private func showPage(_ plan: ShownPlan) throws(PlanFault) {
    let console = context.console
    let layout: any PlanLayout =
      context.arguments.has(.markdown)
      ? PlanMarkdownLayout() : PlanTextLayout(stream: console.output)
    let words = PlanWords(
      overview: plan.overview, isReversed: plan.isReversed, filter: filter, now: .now
    ) { console.output.moment($0) }
    let page = PlanPage(words, layout: layout, showsAll: context.arguments.has(.wholePlan))
    try page.write(plan) { console.write($0) }
  }

  private func showJSON(_ plan: ShownPlan) throws(PlanFault) {
    let console = context.console
    var report = PlanJSONReport(
      plan.overview, isExpired: plan.overview.isExpired(at: .now), selection: plan.selection,
      isReversed: plan.isReversed)
    do throws(PlanFault) {
      try plan.forEach { console.write(json: report.add($0)) }
    } catch {
      // The rest of the document is written in any case, so that a program can read it.
      console.end(document: report.finish(stop: error.message, exit: CommandFailure(error).status))
      throw error
    }
    console.end(document: report.finish(stop: nil, exit: .success))
  }
}
