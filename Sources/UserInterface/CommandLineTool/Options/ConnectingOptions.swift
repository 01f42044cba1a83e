import BatchEngine
import Coordination
import FoundationEssentials
import Glibc
import HTTPTransfers
import RowLedger
import Bytes
import UnityConnection

/// The options of all commands that connect to a server: target, account, trust and limits.
struct ConnectingOptions: Sendable {
  /// The target as the user named it, or the target of the run that is resumed.
  var target: String
  var username: String?
  var passwordFile: String?
  var netrcFile: String?
  var passwordCommand: String?
  /// A systemd credential by the path of its file; only for a named target.
  var credentialFile: String?
  var credentialsFolder: String?
  /// All environment variables of the program.
  let environment: [String: String]
  let wire: WireFormat
  /// Timeouts, limits and trust.
  var transfer: TransferOptions
  let tracePath: String?
  private let typedPasswords = TypedPasswords()
  /// The options as they were given.
  let arguments: ParsedArguments
  /// The target by its name, and the server's fences; `nil` for a sandbox, and if no target has a name.
  var fenceCheck: FenceCheck?

  /// Reads the options; the target is that of `--target`, unless it is passed.
  init(_ context: CommandContext, target: String? = nil) throws(UsageError) {
    let arguments = context.arguments
    self.arguments = arguments
    self.target = target ?? arguments.givenText(.target) ?? ""
    username = arguments.givenText(.username)
    passwordFile = arguments.givenText(.passwordFile)
    netrcFile = arguments.givenText(.netrcFile)
    passwordCommand = arguments.givenText(.passwordCommand)
    credentialsFolder = context.environment["CREDENTIALS_DIRECTORY"]
    environment = context.environment
    wire = try arguments.choice(.wire)
    tracePath = arguments.givenText(.trace)
    var transfer = TransferOptions()
    transfer.connectTimeout = try arguments.duration(.connectTimeout)
    transfer.transferTimeout = try arguments.duration(.transferTimeout)
    transfer.stallTimeout = try arguments.duration(.stallTimeout)
    transfer.responseLimit = try arguments.number(.maxAnswer)
    transfer.trust =
      if arguments.has(.insecure) {
        .unverified
      } else if let pin = arguments.givenText(.tlsPin) {
        .pinned(try TLSPin.checked(pin, arguments))
      } else if let file = arguments.givenText(.caCert) {
        .authorities(file: file)
      } else {
        .system
      }
    self.transfer = transfer
  }

  /// The locks that keep other runs away from the target; nothing is locked yet.
  func locks(
    _ context: CommandContext, _ conduct: RunConduct, wait: Duration
  ) throws(CommandFailure) -> TargetLocks {
    let address = try TargetAddress(target)
    return TargetLocks(
      address, by: try LocalCoordinator.made(context, for: address), timeout: wait, conduct)
  }

  /// The target as the ledger records it.
  func recorded(_ address: TargetAddress) -> RunTarget {
    RunTarget(
      url: address.text, identity: address.lockIdentity,
      isVerified: !address.isRemote || transfer.trust != .unverified,
      name: fenceCheck?.named?.name)
  }

  /// The target's address; throws if the trust settings cannot be used.
  ///
  /// Prints a warning for an unverified server.
  func address(on console: Console) throws(CommandFailure) -> TargetAddress {
    let address = try TargetAddress(target)
    if case .authorities(let file) = transfer.trust, let reason = Self.complaint(of: file) {
      throw CommandFailure(
        .refused, "The certificate authorities in \(file) cannot be read: \(reason)",
        hint: "name a PEM file with --ca-cert")
    }
    if case .unverified = transfer.trust, case .server(let origin) = address {
      console.warn(
        "the certificate of \(origin.host) is not verified (--insecure): "
          + "others on the network can read the password and change what is sent")
    }
    return address
  }

  /// Why a file of authorities cannot be read; a pipe is refused, because reading it could block signals.
  private static func complaint(of file: String) -> String? {
    var status = stat()
    guard unsafe stat(file, &status) == 0, unsafe access(file, R_OK) == 0 else {
      return SystemReason.text(errno)
    }
    return status.st_mode & S_IFMT == S_IFREG ? nil : "it is no regular file"
  }

  /// Opens the target at an address that `address(on:)` returned.
  ///
  /// `readOnly` is for commands that must not change the server. No request takes longer than
  /// `timeout`.
  func open(
    _ address: TargetAddress, on console: Console, readOnly: Bool,
    timeout: Duration = .seconds(3600)
  ) throws(CommandFailure) -> OpenTarget {
    try OpenTarget(address, openingOptions(on: console, readOnly: readOnly, timeout: timeout))
  }

  /// The account, the limits and the trust of a connection.
  func openingOptions(
    on console: Console, readOnly: Bool, timeout: Duration
  ) throws(CommandFailure) -> OpenTarget.Options {
    let account = AccountSource(
      username: username, passwordFile: passwordFile, netrcFile: netrcFile,
      passwordCommand: passwordCommand, environment: environment,
      credentialFile: credentialFile, credentialsFolder: credentialsFolder,
      ask: { question throws(CommandFailure) in
        try typedPasswords.answer(to: question)
      })
    var transfer = transfer
    transfer.readOnly = readOnly
    transfer.connectTimeout = min(transfer.connectTimeout, timeout)
    transfer.stallTimeout = min(transfer.stallTimeout, timeout)
    transfer.transferTimeout = min(transfer.transferTimeout, timeout)
    transfer.observer = try observer(on: console)
    return OpenTarget.Options(account: account, transfer: transfer, wire: wire)
  }

  /// Writes the trace; `nil` without `--trace`.
  private func observer(
    on console: Console
  ) throws(CommandFailure) -> (@Sendable (ExchangeTrace) -> Void)? {
    guard let tracePath else { return nil }
    guard tracePath != "-" else {
      throw CommandFailure(
        .failure, "The trace cannot be written to standard output, where results go",
        hint: "name a file with --trace")
    }
    do throws(TraceFile.Failure) {
      let file = try TraceFile(
        tracePath,
        onFailure: { reason in
          console.warn(
            "the trace \(tracePath.escapedForDisplay) ends here, because it cannot be written: "
              + reason)
        })
      return { file.write($0) }
    } catch {
      throw CommandFailure(
        .failure, "The trace \(tracePath) cannot be written: \(error.detail)",
        hint: "name another file with --trace")
    }
  }
}

/// The options that limit the load on a server.
enum PacingOptions {
  static func pace(_ context: CommandContext) throws(UsageError) -> Pace {
    Pace(
      slots: try context.arguments.number(.slots),
      rate: context.arguments.givenNumber(.rate).map(Double.init),
      giveUp: try context.arguments.duration(.giveUp),
      connectWait: try connectWait(context))
  }

  /// On a terminal, the user learns soon that nothing listens; an unattended job may have to wait for a restart.
  private static func connectWait(_ context: CommandContext) throws(UsageError) -> Duration {
    if context.arguments.has(.connectWait) { return try context.arguments.duration(.connectWait) }
    return context.console.messages.abilities.isTerminal
      ? connectWaitOnTerminal : connectWaitElsewhere
  }

  static let connectWaitOnTerminal = Duration.seconds(15)
  static let connectWaitElsewhere = Duration.seconds(60)

  /// The options of all commands that write; options of only some commands have their defaults.
  static func push(_ context: CommandContext) throws(UsageError) -> PushOptions {
    var options = PushOptions()
    options.pace = try pace(context)
    options.maxFail = context.arguments.givenShare(.maxFail)
    options.settleWait = try context.arguments.duration(.settleWait)
    options.transferTimeout = try context.arguments.duration(.transferTimeout)
    options.isDry = context.arguments.has(.dryRun) || context.arguments.has(.planFile)
    options.isAgreed = context.arguments.has(.yes)
    return options
  }

  /// The server has five slots for all its web clients together, including its own administration.
  static func warn(_ pace: Pace, on console: Console) {
    guard pace.slots > 4 else { return }
    console.warn(
      "--slots \(pace.slots) leaves nothing for others: the server has five for all its web clients, "
        + "the web administration among them")
  }
}
