import PortGroupFiles
import PortGroupModel

/// The entries of a plan that are shown, one after another.
///
/// Only a part of the steps is in memory, also for the way back, which reads the file several times.
struct ShownPlan {
  /// What a reader of the entries gets.
  enum Item: Equatable {
    /// A port group, whose changes and refusals follow.
    case group(PortGroup, extra: [FieldValues])
    case change(PlanChange, PlanStep)
    case refusal(PlanRefusal)
  }

  let reader: PlanReader
  let overview: PlanOverview
  let selection: PlanSelection
  /// True for what takes the plan back, the last step first.
  let isReversed: Bool
  /// The number of steps that are in memory for the way back.
  var window = 100_000
  /// True if nobody reads the result any more.
  var isStopped: () -> Bool = { false }

  /// Calls `body` with each entry that is shown.
  ///
  /// - Throws: `PlanFault` if the file is not any more as it was when the overview was made.
  func forEach(_ body: (Item) -> Void) throws(PlanFault) {
    if isReversed { return try forEachBackwards(body) }
    var pass = try reader.entries()
    while let entry = try pass.next(), !isStopped() {
      switch selection.shown(entry) {
      case .group(let group)?: body(.group(group.group, extra: group.extra))
      case .step(let step)?: body(.change(PlanChange(step.change), step))
      case .refusal(let refusal)?: body(.refusal(refusal))
      case nil: break
      }
    }
  }

  /// The way back: rows that were refused and servers that no row names are as they were.
  private func forEachBackwards(_ body: (Item) -> Void) throws(PlanFault) {
    let groups = Dictionary(
      overview.groups.map { ($0.objectID, $0) }, uniquingKeysWith: { first, _ in first })
    var end = overview.counts.steps
    var current: ObjectID?
    while end > 0, !isStopped() {
      let steps = try steps(after: max(0, end - window), through: end)
      for step in steps.reversed() {
        let change = step.change.reversed
        guard selection.groups?.contains(step.group) ?? true, selection.includes(change.verb),
          let group = groups[step.group]
        else { continue }
        if current != step.group { body(.group(group, extra: [])) }
        current = step.group
        body(.change(change, step))
      }
      end -= window
    }
  }

  private func steps(after first: Int, through last: Int) throws(PlanFault) -> [PlanStep] {
    var pass = try reader.entries()
    var steps: [PlanStep] = []
    while let entry = try pass.next() {
      if case .step(let step) = entry, step.number > first, step.number <= last {
        steps.append(step)
      }
    }
    return steps
  }
}
