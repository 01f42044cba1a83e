import BatchEngine
import HTTPTransfers
import INIFiles
import PortGroupModel
import UnityConnection

extension Command {
  static let targetRenew = Command(
    name: "renew",
    summary: "Accept a target's new certificate or id",
    details: [
      "Shows the old and the new pin and id, asks, and writes only what changed. The server gets no password "
        + "before a new pin is accepted. Where there is no terminal, pass --yes, and the new pin with --tls-pin."
    ],
    operands: [targetName],
    options: [
      .username, .passwordFile, .netrcFile, .passwordCommand, .tlsPin, .wire, .connectTimeout,
      .transferTimeout, .stallTimeout, .maxAnswer, .trace, .yes, .json,
    ],
    examples: [
      Example(
        purpose: "continue after the server got a new certificate",
        line: "cupibulk target renew prod")
    ]
  ) { context throws(UsageError) in try TargetRenewCommand(context) }
}

/// `cupibulk target renew`: writes the new pin and id of a server whose section has old ones.
struct TargetRenewCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    connecting = try ConnectingOptions(context, target: context.arguments.operands[0])
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let access = TargetAccess(context)
    let registry = try access.registry()
    let target = try access.ownTarget(in: registry)
    var look = ServerLook(context: context, connecting: try unpinned(target))
    var changes: [TargetKey: (old: String, new: String)] = [:]
    let trust = registry.fences(of: target).trust
    if case .authorities = trust { look.connecting.transfer.trust = trust ?? .system }
    if case .pinned(let old) = trust {
      let new = try await pins(of: target, &look)
      if TLSPin.parts(old) != TLSPin.parts(new) {
        try refuseSystem(.tlsPin, target, registry)
        try acceptPin(old, new, target, access)
        changes[.tlsPin] = (old, new)
      }
      look.connecting.transfer.trust = .pinned(new)
    }
    try await findID(target, &changes, look, registry, access)
    guard !changes.isEmpty else {
      if context.arguments.has(.json) { printJSON(target, changes) }
      context.console.note("Nothing to renew: target \(target.name) is as its section says.")
      return .success
    }
    try TargetsFile.update(access.places, shown: target) { document throws(INIFault) in
      var document = document
      for key in TargetKey.allCases {
        guard let change = changes[key] else { continue }
        document = try document.setting(key.rawValue, to: change.new, in: target.name)
      }
      return document
    }
    if context.arguments.has(.json) { printJSON(target, changes) }
    context.console.note("Renewed target \(target.name) in \(target.place.file).")
    return .success
  }

  /// The options of the section, without its pin and id.
  private func unpinned(
    _ target: NamedTarget
  ) throws(CommandFailure) -> ConnectingOptions {
    var options = connecting
    // The new pin is compared with the server's, not with the section's.
    options.transfer.trust = .system
    return try options.account(of: target)
  }

  /// The pins that the nodes show now, without a request to them.
  private func pins(
    of target: NamedTarget, _ look: inout ServerLook
  ) async throws(CommandFailure) -> String {
    var pins: [String] = []
    look.connecting.transfer.trust = .unverified
    for node in target.nodes {
      let found = try await look.shakeHands(with: node)
      guard let certificate = found.certificate else {
        throw CommandFailure(.refused, "The server \(node) shows no certificate that can be read")
      }
      pins.append(certificate.pin)
      if !context.arguments.has(.json) {
        var report = TargetReport(.server(node), look.connecting)
        report.certificate = certificate
        var table = TextTable([.text(""), .text("")])
        table.add([TextTable.Cell("target", .dim), TextTable.Cell("\(target.name) (\(node))")])
        report.addFindings(to: &table, saysTrust: false)
        context.console.write(table.text(for: context.console.output))
      }
    }
    return pins.joined(separator: ";")
  }

  private func refuseSystem(
    _ key: TargetKey, _ target: NamedTarget, _ registry: TargetRegistry
  ) throws(CommandFailure) {
    guard let place = registry.fences(of: target).origins[key], place.file != target.place.file
    else { return }
    throw CommandFailure(
      .refused,
      "\(key.rawValue) of target \(target.name) is in \(place), which this command does not change",
      hint: "ask the administrator of this machine")
  }

  private func acceptPin(
    _ old: String, _ new: String, _ target: NamedTarget, _ access: TargetAccess
  ) throws(CommandFailure) {
    show("pin", old, new)
    if let typed = context.arguments.givenText(.tlsPin), context.arguments.isTyped(.tlsPin) {
      guard TLSPin.parts(typed) == TLSPin.parts(new) else {
        throw CommandFailure(
          .refused,
          "The server of target \(target.name) shows the pin \(new), not the one of --tls-pin",
          hint: "ask its administrator which one is right")
      }
      return try access.confirm(
        "Trust the new pin of target \(target.name)?", otherwise: "Nothing was renewed")
    }
    let hint = "if the new pin is right, pass --tls-pin \(new.shellWord) --yes"
    if context.arguments.has(.yes) {
      throw CommandFailure(
        .refused,
        "Nothing was renewed: the pin of target \(target.name) has changed, and --yes alone does not "
          + "trust a new one", hint: hint)
    }
    try access.ask(
      "Trust the new pin for target \(target.name)?",
      advice: "Compare the new pin with what the server's administrator sees there.",
      otherwise: "Nothing was renewed, and no password was sent", hint: hint, status: .refused)
  }

  /// Logs in to the first node, and compares its id.
  private func findID(
    _ target: NamedTarget, _ changes: inout [TargetKey: (old: String, new: String)],
    _ look: ServerLook, _ registry: TargetRegistry, _ access: TargetAccess
  ) async throws(CommandFailure) {
    let node = TargetAddress.server(target.nodes[0])
    _ = try look.connecting.address(on: context.console)
    var report = TargetReport(node, look.connecting)
    try await look.logIn(to: node, &report)
    guard let id = report.cluster?.identity, id != registry.fences(of: target).id else { return }
    try refuseSystem(.id, target, registry)
    if let other = registry.target(withID: id), other.name != target.name {
      throw CommandFailure(
        .refused,
        "The server of target \(target.name) has the id of target \(other.name) (\(id), \(other.place)): it is "
          + "the same server, or a clone of it",
        hint: "remove one of the two, or give the clone an id of its own")
    }
    let old = target.id?.text ?? "none"
    show("id", old, id.text)
    try access.confirm(
      target.id == nil
        ? "Write the id of target \(target.name)?"
        : "Another server than before: is target \(target.name) now this one?",
      otherwise: "Nothing was renewed")
    changes[.id] = (old, id.text)
  }

  private func show(_ label: String, _ old: String, _ new: String) {
    guard !context.arguments.has(.json) else { return }
    var table = TextTable([.text(""), .name("")])
    table.add([TextTable.Cell("old \(label)", .dim), TextTable.Cell(old)])
    table.add([TextTable.Cell("new \(label)", .dim), TextTable.Cell(new)])
    context.console.write(table.text(for: context.console.output))
  }

  private func printJSON(
    _ target: NamedTarget, _ changes: [TargetKey: (old: String, new: String)]
  ) {
    context.console.end(
      with: RenewedTarget(
        name: target.name, file: target.place.file,
        changes: TargetKey.allCases.compactMap { key in
          changes[key].map { change in
            RenewedTarget.Change(key: key.rawValue, old: change.old, new: change.new)
          }
        }))
  }
}
