import BatchEngine
import HTTPTransfers
import INIFiles
import PortGroupModel
import UnityConnection

extension Command {
  static let targetAdd = Command(
    name: "add",
    summary: "Look at a server, and give it a name",
    details: [
      "Shows the certificate and the server, asks once, and writes a section of targets.ini. A server whose "
        + "certificate is not trusted gets no password before the answer, which trusts its key.",
      "Where there is no terminal, pass --yes, and --tls-pin or --ca-cert for a certificate that is not trusted.",
    ],
    operands: [
      Operand(
        name: "NAME", help: "the new name: letters, digits, '.', '_' and '-'",
        words: .anything),
      Operand(
        name: "URL",
        help: "the server: https://HOST[:PORT], or both nodes of a cluster separated by a comma",
        words: .anything),
    ],
    options: reaching.filter { $0 != .insecure }
      + [.credential, .tags, .protected, .repository, .slots, .rate, .yes, .json],
    exclusive: trusting.filter { $0 != .insecure },
    examples: [
      Example(
        purpose: "give a server a name",
        line: "cupibulk target add prod https://unity.example.com --username operator "
          + "--password-file password --protected")
    ]
  ) { context throws(UsageError) in try TargetAddCommand(context) }
}

/// `cupibulk target add`: looks at a server, asks, and writes its section.
struct TargetAddCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let name: String
  private let url: String

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    name = arguments.operands[0]
    url = arguments.operands[1]
    if let complaint = NamedTarget.complaint(ofName: name) {
      throw UsageError(
        .badValue(source: "NAME", value: name, complaint: complaint), of: arguments.path)
    }
    let sources: [Option] = [.passwordFile, .netrcFile, .passwordCommand, .credential]
    // A typed source wins over the variables of others.
    let typed = sources.filter(arguments.isTyped)
    let given = typed.isEmpty ? sources.filter(arguments.has) : typed
    if given.count > 1 {
      throw UsageError(.exclusiveOptions(given[0], given[1]), of: arguments.path)
    }
    var connecting = try ConnectingOptions(context, target: url)
    if let credential = arguments.givenText(.credential), let folder = connecting.credentialsFolder
    {
      connecting.credentialFile = folder + "/" + credential
    }
    if !given.contains(.passwordFile) { connecting.passwordFile = nil }
    if !given.contains(.netrcFile) { connecting.netrcFile = nil }
    if !given.contains(.passwordCommand) { connecting.passwordCommand = nil }
    self.connecting = connecting
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let access = TargetAccess(context)
    let nodes = try TargetURLs.parse(url)
    let registry = try access.registry()
    let check = NewTargetCheck(name: name, nodes: nodes, registry: registry)
    try check.refuseKnown()
    var look = ServerLook(context: context, connecting: connecting)
    look.connecting.target = nodes[0].description
    let fences = check.systemFences
    if let trust = fences?.trust {
      try refuseOther(trust, fences)
      look.connecting.transfer.trust = trust
    }
    // The trust settings are checked before the first connection.
    _ = try look.connecting.address(on: context.console)
    var report = TargetReport(.server(nodes[0]), look.connecting)
    let isNew = try await handshakes(nodes, &look, &report, access, fences)
    try await look.logIn(to: .server(nodes[0]), &report)
    try check.refuseKnown(report.cluster?.identity)
    let entries = try entries(nodes, look.connecting.transfer.trust, report, access.places)
    show(report, skipsCertificate: isNew)
    if report.isSecondary, nodes.count == 1 { context.console.warn(ClusterServer.secondaryWarning) }
    if !isNew {
      try access.confirm("Add target \(name)?", otherwise: "Nothing was added")
    }
    try TargetsFile.update(access.places) { document throws(INIFault) in
      try document.addingSection(name, entries)
    }
    if context.arguments.has(.json) {
      context.console.end(
        with: AddedTarget(
          name: name, file: access.places.user, report: report, entries: entries))
    }
    context.console.note("Added target \(name) to \(access.places.user).")
    return .success
  }

  private func refuseOther(_ trust: ServerTrust, _ fences: TargetFences?) throws(CommandFailure) {
    guard let option = Command.trusting.first(where: context.arguments.has),
      connecting.transfer.trust != trust, let fences
    else { return }
    throw CommandFailure(
      .refused,
      "\(option.flag) differs from what \(fences.place(of: .tlsPin, .caCert)) says of this server",
      hint: "leave \(option.flag) out")
  }

  /// Shows the certificate of each node, and asks whether to trust those that are not trusted.
  ///
  /// - Returns: True if the question was asked, so that it is not asked again.
  private func handshakes(
    _ nodes: [Origin], _ look: inout ServerLook, _ report: inout TargetReport,
    _ access: TargetAccess, _ fences: TargetFences?
  ) async throws(CommandFailure) -> Bool {
    var pins: [String] = []
    var distrust: String?
    for (index, node) in nodes.enumerated() {
      let found = try await look.shakeHands(with: node)
      if let pin = found.certificate?.pin { pins.append(pin) }
      if index == 0 { (report.certificate, report.distrust) = found }
      guard let reason = found.distrust else { continue }
      distrust = distrust ?? reason
      guard found.certificate != nil, look.connecting.transfer.trust == .system else {
        throw refusal(node, reason, pin: found.certificate?.pin, fences)
      }
      if index > 0 {
        var other = TargetReport(.server(node), look.connecting)
        (other.certificate, other.distrust) = found
        show(other, skipsCertificate: false)
      }
    }
    guard let distrust else { return false }
    show(report, skipsCertificate: false)
    let pin = pins.joined(separator: ";")
    if context.arguments.has(.yes) { throw refusal(nodes[0], distrust, pin: pin, fences) }
    try access.ask(
      "Trust this key, log in, and add target \(name)?",
      advice: "Compare the pin with what the server's administrator sees there.",
      otherwise: "Nothing was added, and no password was sent",
      hint: "if the pin is right, pass --tls-pin \(pin.shellWord) --yes", status: .refused)
    look.connecting.transfer.trust = .pinned(pin)
    report.distrust = nil
    return true
  }

  private func refusal(
    _ node: Origin, _ reason: String, pin: String?, _ fences: TargetFences?
  ) -> CommandFailure {
    let hint =
      if let fences, fences.trust != nil {
        "\(fences.place(of: .tlsPin, .caCert)) says how it is trusted; ask the administrator of this machine"
      } else {
        "compare the pin with what the server's administrator sees there; if it is the same, pass "
          + (pin.map { "--tls-pin \($0.shellWord)" } ?? "--ca-cert FILE")
      }
    return CommandFailure(
      .refused, "The server \(node) is not trusted, and no password was sent: \(reason)", hint: hint
    )
  }

  private func show(_ report: TargetReport, skipsCertificate: Bool) {
    guard !context.arguments.has(.json) else { return }
    var report = report
    if skipsCertificate { report.certificate = nil }
    var table = TextTable([.text(""), .text("")])
    if !skipsCertificate {
      table.add([TextTable.Cell("target", .dim), TextTable.Cell("\(name) (\(report.addressText))")])
    }
    report.addFindings(to: &table)
    context.console.write(table.text(for: context.console.output))
  }

  /// The section, in the order of the keys.
  private func entries(
    _ nodes: [Origin], _ trust: ServerTrust, _ report: TargetReport, _ places: TargetsPlaces
  ) throws(CommandFailure) -> [(key: String, value: String)] {
    let arguments = context.arguments
    var values: [TargetKey: String] = [:]
    values[.url] = nodes.map(\.description).joined(separator: ", ")
    values[.username] = connecting.username
    values[.passwordFile] = connecting.passwordFile.map(AbsolutePath.of)
    values[.passwordCommand] = connecting.passwordCommand
    values[.netrcFile] = connecting.netrcFile.map(AbsolutePath.of)
    values[.credential] = arguments.givenText(.credential)
    switch trust {
    case .pinned(let pin): values[.tlsPin] = pin
    case .authorities(let file): values[.caCert] = AbsolutePath.of(file)
    case .system, .unverified: break
    }
    values[.id] = report.cluster?.identity?.text
    values[.slots] = arguments.isTyped(.slots) ? arguments.givenText(.slots) : nil
    values[.rate] = arguments.isTyped(.rate) ? arguments.givenText(.rate) : nil
    values[.tags] = arguments.givenText(.tags)
    values[.protected] = arguments.has(.protected) ? "yes" : nil
    values[.repository] = arguments.givenText(.repository).map(AbsolutePath.of)
    return TargetKey.allCases.compactMap { key in values[key].map { (key.rawValue, $0) } }
  }
}
