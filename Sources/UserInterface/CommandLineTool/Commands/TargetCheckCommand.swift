import BatchEngine
import Coordination
import FoundationEssentials
import Glibc
import HTTPMessages
import HTTPTransfers
import UnityConnection

extension Command {
  static let targetCheck = Command(
    name: "check",
    summary: "Connect to a server and show who it is; change nothing",
    details: [
      "Shows the certificate with its dates and pin, the version, the cluster, how many port "
        + "groups there are, and the command line to use next.",
      "A server whose certificate is not trusted gets no password: what it shows is printed, with "
        + "the option that would trust it.",
    ],
    operands: [
      Operand(
        name: "URL",
        help:
          "the server: https://HOST[:PORT], or sandbox:FILE for a rehearsal; --target says the same",
        isRequired: false)
    ],
    options: connecting + [.json],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "see which certificate a server shows",
        line: "cupibulk target check https://unity.example.com:8443"),
      Example(
        purpose: "see whether the account may log in",
        line: "cupibulk target check https://unity.example.com --username operator "
          + "--password-file password"),
    ],
    onlyReports: true
  ) { context throws(UsageError) in try TargetCheckCommand(context) }
}

/// `cupibulk target check`: connects to a server and shows its identity; changes nothing.
struct TargetCheckCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    let url = context.arguments.operands.first
    guard url != nil || context.arguments.has(.target) else {
      throw UsageError(.missingOperand("URL"), of: context.arguments.path)
    }
    connecting = try ConnectingOptions(context, target: url)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let address = try connecting.address(on: context.console)
    var report = TargetReport(address, connecting)
    do throws(CommandFailure) {
      try await look(at: address, &report)
    } catch {
      report.error = error.message
      report.print(on: context.console, asJSON: context.arguments.has(.json))
      throw error
    }
    report.print(on: context.console, asJSON: context.arguments.has(.json))
    if report.isSecondary {
      context.console.warn(ClusterServer.secondaryWarning)
    }
    return .success
  }

  /// Fills the report step by step, so that it shows what was found before a failure.
  private func look(
    at address: TargetAddress, _ report: inout TargetReport
  ) async throws(CommandFailure) {
    if case .server(let origin) = address, origin.scheme == .https {
      try await shakeHands(with: origin, &report)
    }
    let target = try connecting.open(address, on: context.console, readOnly: true)
    defer { target.close() }
    let coordinator = LocalCoordinator.looking(context.environment)
    report.pushing = coordinator.holder(of: address.name)
    do throws(ServerError) {
      report.version = try await target.client.version()
      report.cluster = try await target.client.cluster()
      if let id = report.cluster?.identity, report.pushing == nil {
        report.pushing = coordinator.holder(of: address.name(of: id))
      }
      report.portGroups = try await target.client.portGroups(page: 1).total
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Gets the certificate without sending a request, and checks the trust according to the options.
  private func shakeHands(
    with origin: Origin, _ report: inout TargetReport
  ) async throws(CommandFailure) {
    let server = origin.description
    do throws(ExchangeError) {
      report.certificate = try await Handshake.certificate(
        of: origin, options: connecting.transfer)
      return
    } catch  where error.cause == .certificateUntrusted || error.cause == .pinMismatch {
      report.distrust = error.detail
    } catch {
      throw CommandFailure(ServerError(connectingTo: server, error))
    }
    var unverified = connecting.transfer
    unverified.trust = .unverified
    report.certificate = try? await Handshake.certificate(of: origin, options: unverified)
    throw CommandFailure(
      .refused,
      "The server \(server) is not trusted, and no password was sent: \(report.distrust ?? "")",
      hint: "compare the pin with what the server's administrator sees there; if it is the same: "
        + report.next)
  }
}

extension CommandFailure {
  /// The failure of a command whose request to the server failed.
  init(_ error: ServerError) {
    let status: ExitStatus =
      error.isFatal ? .refused : error.isRepeatable ? .tryAgain : .failure
    self.init(status, error.fullText)
  }
}
