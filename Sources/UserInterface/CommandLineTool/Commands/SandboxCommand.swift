import BatchEngine
import FoundationEssentials
import Glibc
import Bytes
import PortGroupFiles
import PortGroupModel
import SandboxServer
import Synchronization

extension Command {
  static let sandbox = Command(
    name: "sandbox",
    summary: "Run a server to rehearse with",
    details: [
      "A small lab of port groups answers as Unity Connection does, until Ctrl-C. Any CUPI "
        + "client can use it.",
      "Where no document says what the real server does, an option decides. Faults can also be "
        + "ordered while it runs: PUT the FAULTS to /sandbox/faults.",
    ],
    options: [
      .port, .bind, .tls, .tlsCert, .tlsKey, .sandboxState, .load, .groupsOnly, .accountName,
      .accountPasswordFile, .serverVersion, .serverSlots, .queueLength, .queueDrain, .loginLimit,
      .tokenAge, .unique, .lastServer, .ports, .defaultPorts, .defaultPrecedence, .hostCase,
      .createdURI, .createdTFTP, .location, .unknownID, .pageSize, .fault, .seed,
      .json,
    ],
    examples: [
      Example(
        purpose: "serve a lab that keeps its state in a file",
        line: "cupibulk sandbox --port 8443 --state lab.db"),
      Example(
        purpose: "rehearse a migration with the groups of an export",
        line: "cupibulk sandbox --state lab.db --load backup.xml --groups-only"),
      Example(
        purpose: "rehearse a bad day: lost answers, a busy server, slow answers",
        line: "cupibulk sandbox --fault drop-reply=5%,busy=10%,slow=80ms --seed 7"),
    ]
  ) { context throws(UsageError) in try SandboxCommand(context) }
}

/// `cupibulk sandbox`: runs a simulated server until Ctrl-C.
struct SandboxCommand: RunnableCommand {
  private let context: CommandContext
  private let port: UInt16
  private let address: String
  private let state: String?
  private let load: String?
  private let groupsOnly: Bool
  private let passwordFile: String?
  private let tls: Bool
  private let certificateFile: String?
  private let keyFile: String?
  private let configuration: SandboxConfiguration

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    port = UInt16(clamping: try arguments.number(.port))
    address = try arguments.text(.bind)
    state = arguments.givenText(.sandboxState)
    load = arguments.givenText(.load)
    groupsOnly = arguments.has(.groupsOnly)
    passwordFile = arguments.givenText(.accountPasswordFile)
    tls = arguments.has(.tls)
    certificateFile = arguments.givenText(.tlsCert)
    keyFile = arguments.givenText(.tlsKey)
    configuration = try SandboxConfiguration(arguments)
    if passwordFile == nil, !SandboxListener.isLoopback(address) {
      throw UsageError(
        .badValue(
          source: Option.bind.flag, value: address,
          complaint: "other machines can reach the sandbox there; give it a password of its own "
            + "with \(Option.accountPasswordFile.usage)"),
        of: arguments.path)
    }
    if groupsOnly, load == nil { throw UsageError(.missingOption(.load), of: arguments.path) }
    if (certificateFile == nil) != (keyFile == nil) {
      let missing = certificateFile == nil ? Option.tlsCert : .tlsKey
      throw UsageError(.missingOption(missing), of: arguments.path)
    }
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    var configuration = configuration
    if let passwordFile {
      configuration.password = try SecretFile.orRefuse { () throws(SecretFile.Fault) in
        try SecretFile.firstLine(passwordFile)
      }
    }
    if load != nil { configuration.seed = .none }
    let content = try load.map { path throws(CommandFailure) in
      try SandboxContent(reading: path, on: context.console)
    }
    let listener = try start(configuration, content)
    // Signals are watched before this is reported, because a reader may end the sandbox at once.
    let stop = StopSignal()
    report(listener)
    await stop.wait()
    listener.stop()
    return .success
  }

  private func start(
    _ configuration: SandboxConfiguration, _ content: SandboxContent?
  ) throws(CommandFailure) -> SandboxListener {
    let former = state.flatMap { FileIdentity(at: $0) == nil ? nil : $0 }
    do throws(SandboxError) {
      let sandbox = try Sandbox(
        state: state.map { .file($0) } ?? .memory, configuration: configuration)
      if let content {
        try sandbox.load(groups: content.groups, servers: groupsOnly ? [] : content.servers)
      }
      return try SandboxListener(
        sandbox, address: address, port: port, certificate: certificate())
    } catch {
      var failure = CommandFailure(error)
      if case .notAdded = error, let former {
        failure.hint =
          "\(former) already holds a sandbox: name another file with --state, or remove this one to begin again"
      }
      throw failure
    }
  }

  /// The given certificate, or a generated one if https is requested.
  private func certificate() throws(SandboxError) -> ServerCertificate? {
    if let certificateFile, let keyFile {
      return try ServerCertificate(certificateFile: certificateFile, keyFile: keyFile)
    }
    guard tls else { return nil }
    if let state { return try ServerCertificate.selfSigned(beside: state) }
    return try ServerCertificate.selfSigned()
  }

  private func report(_ listener: SandboxListener) {
    let console = context.console
    if context.arguments.has(.json) {
      console.print(
        SandboxReport(url: listener.url, username: configuration.username, state: state))
    } else {
      console.print(
        "The sandbox listens on \(listener.url) (user \(configuration.username.escapedForDisplay)). "
          + "Ctrl-C ends it.")
    }
    console.output.flush()
    if !SandboxListener.isLoopback(address) {
      console.warn("other machines can reach this sandbox, because it listens on \(address)")
    }
  }
}

/// Where a sandbox listens, for programs.
struct SandboxReport: JSONLine {
  let url: String
  let username: String
  let state: String?

  static let type = "sandbox"
  static let summary =
    "Where a sandbox listens: the first line of `sandbox`, as soon as it answers."

  static let keys: [JSONKey<SandboxReport>] = [
    JSONKey("url", "its URL, with the port", \.url),
    JSONKey("username", "the name of its account", \.username),
    JSONKey("state", "the file that keeps its state; null if nothing does", \.state),
  ]
}

/// Waits for Ctrl-C or SIGTERM; signals count from its creation on.
private struct StopSignal {
  private let signals: AsyncStream<Void>
  private let watcher: SignalWatcher

  init() {
    let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
    self.signals = signals
    watcher = SignalWatcher { _ in
      continuation.finish()
    } further: { _ in
    }
  }

  /// Returns after the signal.
  func wait() async {
    for await _ in signals {}
    withExtendedLifetime(watcher) {}
  }
}

/// The groups and servers of an export, as content of a sandbox.
private struct SandboxContent {
  private(set) var groups: [PortGroup] = []
  private(set) var servers: [PortGroupServer] = []

  init(reading path: String, on console: Console) throws(CommandFailure) {
    do throws(InputFailure) {
      var options = InputOptions()
      options.allowed = DiagnosticCode.ofServerValues
      let reader = try RowReader(path: path, options: options)
      var known: Set<ObjectID> = []
      while let read = try reader.next() {
        guard let row = read.row else { throw InputFailure(diagnostics: read.diagnostics) }
        try add(row, read, path, &known)
      }
    } catch {
      for diagnostic in error.diagnostics { console.show(diagnostic) }
      throw CommandFailure(
        .inputInvalid, "The file \(path) cannot be loaded",
        hint: "load a file that cupibulk export wrote")
    }
  }

  private mutating func add(
    _ row: Row, _ read: ReadRow, _ path: String, _ known: inout Set<ObjectID>
  ) throws(InputFailure) {
    guard let id = row.group.objectID, let name = row.group.name else {
      throw InputFailure(diagnostics: [
        Diagnostic(
          .error, .groupMissing, at: Place(file: path, line: read.line, record: read.record),
          "the row lacks the id or the name of its port group")
      ])
    }
    if known.insert(id).inserted {
      groups.append(
        PortGroup(objectID: id, displayName: name, integration: row.group.integration))
    }
    // A file that was written by hand has no server ids yet.
    guard let serverID = row.objectID ?? ObjectID(UUID().uuidString) else { return }
    var fields = row.fields
    fields[.groupObjectID] = .text(id.text)
    servers.append(PortGroupServer(objectID: serverID, fields: fields))
  }
}
