import BatchEngine
import Bytes
import FoundationEssentials
import HTTPTransfers

/// The options of the commands that write a plan instead of sending it.
enum PlanFileOptions {
  static let all: [Option] = [.planFile, .validFor]

  /// The plan file that the command writes; `nil` without `--plan`.
  ///
  /// A file that `apply` could not read, or that would replace the ledger, is a failure.
  static func file(
    _ context: CommandContext, _ connecting: ConnectingOptions
  ) throws(CommandFailure) -> PlanFile? {
    guard let path = context.arguments.givenText(.planFile) else { return nil }
    if path == "-" || path.lowercased().hasSuffix(".gz") {
      throw CommandFailure(
        .usage, "A plan is written to a file, and not compressed",
        hint: "name one such as --plan change.plan")
    }
    if let ledger = try? LedgerAccess.openToLook(context) {
      try LedgerAccess.refuseAsOutput(path, ledger)
    }
    let validFor: Duration
    do throws(UsageError) {
      validFor = try context.arguments.duration(.validFor)
    } catch {
      throw CommandFailure(.usage, error.text)
    }
    var pin: String?
    if case .pinned(let key) = connecting.transfer.trust { pin = key }
    return PlanFile(
      path: path, author: Author.current, ticket: context.arguments.givenText(.ticket), made: .now,
      validFor: validFor, pin: pin)
  }
}
