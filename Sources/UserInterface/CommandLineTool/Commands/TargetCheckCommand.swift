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
        name: "TARGET",
        help:
          "the server: a name of targets.ini, https://HOST[:PORT], or sandbox:FILE for a rehearsal; "
          + "--target says the same",
        words: .targets,
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
      throw UsageError(.missingOperand("TARGET"), of: context.arguments.path)
    }
    connecting = try ConnectingOptions(context, target: url)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let connecting = try connecting.resolved(on: context.console)
    var address = try connecting.address(on: context.console)
    if let node = try await connecting.firstNode(on: context.console) { address = .server(node) }
    var report = TargetReport(address, connecting)
    do throws(CommandFailure) {
      try await look(at: address, connecting, &report)
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

  private func look(
    at address: TargetAddress, _ connecting: ConnectingOptions, _ report: inout TargetReport
  ) async throws(CommandFailure) {
    let look = ServerLook(context: context, connecting: connecting)
    if case .server(let origin) = address {
      (report.certificate, report.distrust) = try await look.shakeHands(with: origin)
      if let distrust = report.distrust {
        throw try await refusal(of: origin, distrust, connecting, report)
      }
    }
    try await look.logIn(to: address, &report)
    do throws(RunStop) {
      try connecting.fenceCheck?.confirm(report.cluster?.identity)
    } catch {
      throw CommandFailure(.refused, "The check was refused: \(error.reason)")
    }
  }

  private func refusal(
    of origin: Origin, _ distrust: String, _ connecting: ConnectingOptions, _ report: TargetReport
  ) async throws(CommandFailure) -> CommandFailure {
    if case .pinned = connecting.fences?.trust { return await connecting.changedPin(at: origin) }
    return CommandFailure(
      .refused, "The server \(origin) is not trusted, and no password was sent: \(distrust)",
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
