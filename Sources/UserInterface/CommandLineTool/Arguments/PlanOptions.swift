// The options of the commands that look at plans.

extension Option {
  package static let planAction = Option(
    "action", .choice(of: PlanAction.self), in: .output, isRepeatable: true,
    readsEnvironment: false,
    "show only what is created, updated, deleted or refused, and no servers that are in no row; may be "
      + "repeated")
  package static let wholePlan = Option(
    "all", in: .output, readsEnvironment: false,
    "shorten nothing: name all port groups and rows of each change")
  package static let reverse = Option(
    "reverse", in: .output, readsEnvironment: false,
    "show what takes the plan back after it was applied, the last step first")
  package static let markdown = Option(
    "markdown", in: .output, "print the result as Markdown, for a ticket")
}
