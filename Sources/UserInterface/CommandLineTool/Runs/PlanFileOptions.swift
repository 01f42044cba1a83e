import BatchEngine
import Bytes
import FoundationEssentials
import Glibc
import HTTPTransfers
import PortGroupFiles

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
    try refuseOther(path, context, connecting)
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
      validFor: validFor, pin: pin, part: part(context.arguments))
  }

  /// The part of the input that the options ask for.
  private static func part(_ arguments: ParsedArguments) -> PlanHead.Part {
    PlanHead.Part(
      groups: arguments.texts(.onlyGroup),
      services: arguments.texts(.onlyService).compactMap { Int($0) },
      limit: arguments.givenNumber(.limit))
  }

  /// Refuses a file that is something else than a plan, or that this command makes: it would be lost.
  private static func refuseOther(
    _ path: String, _ context: CommandContext, _ connecting: ConnectingOptions
  ) throws(CommandFailure) {
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw CommandFailure(
          .usage, "\(path) is not a file, and a plan is written to one",
          hint: "name one such as --plan change.plan")
      }
      if (try? PlanReader(path)) == nil, status.st_size > 0 {
        throw CommandFailure(
          .usage, "\(path) exists and is not a plan, so that it is not replaced by one",
          hint: "name another file with --plan")
      }
    }
    let ledger = try context.ledgerPath()
    var own = ["", "-wal", "-shm"].map { ledger + $0 }
    if case .sandbox(let file?) = try TargetAddress(connecting.target) { own.append(file) }
    guard !own.contains(where: { AbsolutePath.of($0) == AbsolutePath.of(path) }) else {
      throw CommandFailure(
        .usage, "\(path) is the ledger or the sandbox of this command",
        hint: "name another file with --plan")
    }
  }
}
