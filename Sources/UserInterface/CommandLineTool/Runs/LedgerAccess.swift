import BatchEngine
import Bytes
import Coordination
import Glibc
import RowLedger

/// How commands open the ledger, and find a run in it.
enum LedgerAccess {
  /// Opens the ledger that `--ledger` names, or the one in the state folder; creates it if it does not exist.
  ///
  /// A dry run uses a temporary ledger.
  static func open(
    _ context: CommandContext, isDry: Bool = false
  ) throws(CommandFailure) -> Ledger {
    if isDry { return try opening(.throwaway, context) }
    let path = try context.ledgerPath()
    let spare = StateFolder(environment: context.environment).path
    return try opening(.file(path), context, spareFolder: spare)
  }

  /// The user's ledger; a temporary one with a warning if that cannot be written, for work that does not depend on it.
  static func openOrTemporary(
    _ context: CommandContext, for work: String
  ) throws(CommandFailure) -> Ledger {
    do throws(CommandFailure) {
      return try open(context)
    } catch {
      context.console.warn(
        "this \(work) is not recorded: \(error.message.prefix(1).lowercased())"
          + error.message.dropFirst())
      return try open(context, isDry: true)
    }
  }

  /// Opens the ledger to read earlier runs; a ledger that `--ledger` names must exist.
  static func openExisting(_ context: CommandContext) throws(CommandFailure) -> Ledger {
    if let path = context.arguments.givenText(.ledger), unsafe access(path, F_OK) != 0,
      errno == ENOENT || errno == ENOTDIR
    {
      throw CommandFailure(
        .failure, "There is no ledger \(path)",
        hint: "check the name; without --ledger the usual one is read")
    }
    return try open(context)
  }

  /// Opens the ledger to read earlier runs, also on a full or read-only disk.
  static func openToLook(_ context: CommandContext) throws(CommandFailure) -> Ledger {
    let path = try context.ledgerPath()
    do throws(CommandFailure) {
      return try openExisting(context)
    } catch {
      guard unsafe access(path, R_OK) == 0, isUnwritable(path) else { throw error }
      return try opening(.snapshot(of: path), context)
    }
  }

  /// Recognizes files that exports in the ledger have written; none if no ledger can be read.
  ///
  /// A check and a dry run treat a backup as its import will; they do not need a ledger.
  static func knownExports(_ context: CommandContext, in ledger: Ledger? = nil) -> KnownExports {
    if let ledger { return KnownExports(in: ledger) }
    // A check of a file must not create a state folder.
    let path =
      context.arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    guard unsafe access(path, R_OK) == 0 else { return KnownExports(in: nil) }
    return KnownExports(in: try? openToLook(context))
  }

  /// True if the file's disk is full or read-only.
  private static func isUnwritable(_ path: String) -> Bool {
    var disk = statvfs()
    guard unsafe statvfs(path, &disk) == 0 else { return false }
    return disk.f_flag & UInt(ST_RDONLY) != 0 || disk.f_bavail < 64
  }

  /// Opens the ledger to resume an earlier run; a dry run uses a copy.
  static func openToResume(
    _ context: CommandContext, isDry: Bool
  ) throws(CommandFailure) -> Ledger {
    let ledger = try openExisting(context)
    guard isDry else { return ledger }
    return try opening(.copy(of: ledger.path), context)
  }

  /// Refuses an output that would replace the ledger, or a file that belongs to it.
  static func refuseAsOutput(_ path: String, _ ledger: Ledger) throws(CommandFailure) {
    guard path != "-", let output = FileIdentity(at: path) else { return }
    for file in ledger.files where FileIdentity(at: file) == output {
      throw CommandFailure(
        .failure, "\(path) is the ledger, in which the runs are recorded",
        hint: "name another file with -o")
    }
  }

  /// The option for the ledger in a suggested command, with a space before it; otherwise empty.
  static func option(_ context: CommandContext) -> String {
    context.arguments.givenText(.ledger).map { " --ledger \($0.shellWord)" } ?? ""
  }

  /// The run that the first operand names by its name or the beginning of it; the newest for `last` or no operand.
  ///
  /// `isLast` selects the runs that `last` may mean.
  static func run(
    _ context: CommandContext, in ledger: Ledger,
    last isLast: (Run) -> Bool = { !$0.opening.isDry }
  ) async throws(CommandFailure) -> Run {
    guard let name = context.arguments.operands.first, name.lowercased() != "last" else {
      guard let newest = try await reading({ try await ledger.newestRun(where: isLast) }) else {
        throw CommandFailure(
          .failure, "The ledger \(ledger.path) has no run yet",
          hint: "begin with: cupibulk import FILE --target sandbox:lab.db")
      }
      return newest
    }
    let fitting = try await reading { try await ledger.runs(named: name, limit: 100) }
    switch fitting.count {
    case 1: return fitting[0]
    case 0:
      throw CommandFailure(
        .failure, "The ledger \(ledger.path) has no run \(name)",
        hint: "list the runs with: cupibulk runs list")
    default:
      throw CommandFailure(
        .failure, "\(fitting.count) runs begin with \(name)",
        hint: "type more of the name; cupibulk runs list shows them")
    }
  }

  /// The same, for a command that shows rows; prints a message and returns `nil` for a run without rows.
  static func runWithRows(
    _ context: CommandContext, in ledger: Ledger
  ) async throws(CommandFailure) -> Run? {
    let run = try await run(context, in: ledger)
    if run.isStaged { return run }
    if run.isRunning {
      throw CommandFailure(
        .tryAgain, "Run \(run.id) \(run.unstagedText)",
        hint: "its rows come all at once, after that")
    }
    context.console.note("Run \(run.id) has no rows in the ledger: it \(run.unstagedText).")
    return nil
  }

  /// The undo of a run that has changed something; `nil` if there is none.
  static func undo(of run: Run, in ledger: Ledger) async throws(CommandFailure) -> RunID? {
    try await reading {
      for child in try await ledger.children(of: run.id) where child.relation == .undo {
        if try await ledger.hasChanges(child.run) { return child.run }
      }
      return nil
    }
  }

  /// Converts an error of the ledger to an error of the command.
  static func reading<Value>(
    _ work: () async throws -> Value
  ) async throws(CommandFailure) -> Value {
    do {
      return try await work()
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(error as? LedgerError ?? LedgerError(error, in: "in use"))
    }
  }

  private static func opening(
    _ location: Ledger.Location, _ context: CommandContext, spareFolder: String? = nil
  ) throws(CommandFailure) -> Ledger {
    let coordinator = LocalCoordinator()
    var environment = Ledger.Environment(
      owner: coordinator.owner, ownerState: coordinator.state, fence: coordinator.fence,
      spareFolder: spareFolder)
    environment.session = { context.sessionOpening }
    if case .file(let path) = location {
      context.console.detail("the ledger is \(path.escapedForDisplay)")
      environment.onBegin = { context.console.setRun($0.text) }
    }
    do throws(LedgerError) {
      return try Ledger.open(location, environment: environment)
    } catch {
      throw CommandFailure(error)
    }
  }
}

extension CommandContext {
  /// What the ledger records about this process.
  var sessionOpening: SessionOpening {
    SessionOpening(
      who: Author.current, toolVersion: Tool.version, command: TypedCommandLine.text(words),
      ticket: arguments.givenText(.ticket), note: arguments.givenText(.note))
  }
}

extension CommandFailure {
  /// The failure for a ledger that cannot be read or written.
  init(_ error: LedgerError) {
    self.init(
      error.kind == .locked ? .locked : .failure, error.message.sentenceStart, hint: error.fullHint)
  }
}

extension String {
  /// The text with a capital first letter, unless it begins with a path, a URL or the like.
  var sentenceStart: String {
    var word = utf8.prefix { $0 != UInt8(ascii: " ") }
    if word.last == UInt8(ascii: ":") { word.removeLast() }
    let isData = word.contains { "/:.@_=".utf8.contains($0) }
    return isData ? self : prefix(1).uppercased() + dropFirst()
  }
}
