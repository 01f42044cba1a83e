import BatchEngine
import HTTPTransfers
import PortGroupModel
import RowLedger
import SandboxServer
import UnityConnection

/// The target of `--target`: a client, and what must exist as long as the client; `close` stops it.
struct OpenTarget {
  let client: ConnectionClient
  private let credentials: Credentials
  private let loop: TransferLoop
  private let listener: SandboxListener?

  /// The options of a connection.
  struct Options {
    var account: AccountSource
    var transfer = TransferOptions()
    var wire = WireFormat.xml
  }

  /// Opens a server, or starts a sandbox on a free port of this machine.
  init(_ address: TargetAddress, _ options: Options) throws(CommandFailure) {
    let credentials: Credentials
    let origin: Origin
    switch address {
    case .server(let server):
      origin = server
      credentials = try options.account.find(for: server.host)
      listener = nil
    case .sandbox(let file):
      let configuration = SandboxConfiguration.documented
      let listener = try Self.startSandbox(file, configuration)
      origin = try Self.origin(of: listener)
      credentials = Credentials(
        username: configuration.username, password: Secret(configuration.password))
      self.listener = listener
    }
    self.credentials = credentials
    loop = TransferLoop(origin: origin, options: options.transfer)
    client = ConnectionClient(
      server: "\(address.text)", over: loop, credentials: credentials, wire: options.wire)
  }

  /// Opens another node of the same cluster with the same account; a netrc file is asked again for its host.
  init(_ node: Origin, like other: OpenTarget, _ options: Options) throws(CommandFailure) {
    credentials =
      options.account.netrcFile == nil
      ? other.credentials : try options.account.find(for: node.host)
    listener = nil
    loop = TransferLoop(origin: node, options: options.transfer)
    client = ConnectionClient(
      server: node.description, over: loop, credentials: credentials, wire: options.wire)
  }

  func close() {
    loop.shutDown()
    listener?.stop()
  }

  private static func startSandbox(
    _ file: String?, _ configuration: SandboxConfiguration
  ) throws(CommandFailure) -> SandboxListener {
    do throws(SandboxError) {
      let sandbox = try Sandbox(
        state: file.map { .file($0) } ?? .memory, configuration: configuration)
      return try SandboxListener(sandbox)
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func origin(of listener: SandboxListener) throws(CommandFailure) -> Origin {
    do throws(OriginError) {
      return try Origin(parsing: listener.url)
    } catch {
      throw CommandFailure(.failure, "\(error)")
    }
  }
}

extension CommandFailure {
  /// The failure for a sandbox that cannot be used; its message contains what to do.
  init(_ error: SandboxError) {
    let isLocked = if case .state(_, .busy) = error { true } else { false }
    self.init(isLocked ? .locked : .failure, "\(error)".withoutFullStop)
  }
}

extension String {
  /// The text as part of another sentence.
  var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
