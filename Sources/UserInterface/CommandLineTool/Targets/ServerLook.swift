import BatchEngine
import Coordination
import HTTPMessages
import HTTPTransfers
import PortGroupModel
import UnityConnection

/// Looks at a server without changing it: first a handshake without a password, then a login.
struct ServerLook {
  let context: CommandContext
  var connecting: ConnectingOptions

  /// Gets the certificate without sending a request, and checks the trust according to the options.
  ///
  /// - Returns: The certificate, `nil` over plain HTTP; and why it is not trusted, `nil` if it is.
  func shakeHands(
    with origin: Origin
  ) async throws(CommandFailure) -> (certificate: ServerCertificateFacts?, distrust: String?) {
    guard origin.scheme == .https else { return (nil, nil) }
    let distrust: String
    do throws(ExchangeError) {
      let certificate = try await Handshake.certificate(of: origin, options: connecting.transfer)
      return (certificate, nil)
    } catch  where error.cause == .certificateUntrusted || error.cause == .pinMismatch {
      distrust = error.detail
    } catch {
      throw CommandFailure(ServerError(connectingTo: origin.description, error))
    }
    var unverified = connecting.transfer
    unverified.trust = .unverified
    return (try? await Handshake.certificate(of: origin, options: unverified), distrust)
  }

  /// Logs in, and fills the report step by step, so that it shows what was found before a failure.
  func logIn(
    to address: TargetAddress, _ report: inout TargetReport
  ) async throws(CommandFailure) {
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
}
