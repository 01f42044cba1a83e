// Targets by name: which server, account, trust and fences a typed target has.

import BatchEngine
import HTTPTransfers
import PortGroupModel

extension ConnectingOptions {
  /// The fences of the target, as far as they are known; those of its id are known once it is connected.
  var fences: TargetFences? { fenceCheck?.fences }

  /// The variable that names the target; `nil` if it was typed.
  var targetVariable: String? {
    arguments.has(.target) && !arguments.isTyped(.target) ? Option.target.environmentName : nil
  }

  /// The target for users: `prod (https://unity1.example.com)`, or its URL.
  var shownTarget: String {
    guard let named = fenceCheck?.named else { return target }
    return "\(named.name) (\(fenceCheck?.node ?? named.nodes[0]))"
  }

  /// The same options with the target's URL, account, trust and fences.
  ///
  /// Without a target they are unchanged. A sandbox has no fences, and no file is read for it.
  ///
  /// - Parameters:
  ///   - console: Receives notes.
  ///   - isRecorded: True for a URL of the ledger: its target is used as if its name were typed.
  /// - Returns: The options, with a URL for a name.
  /// - Throws: A usage error for an unknown name, and every fault of the files of targets.
  func resolved(
    on console: Console, isRecorded: Bool = false
  ) throws(CommandFailure) -> ConnectingOptions {
    guard !target.isEmpty, fenceCheck == nil, !TargetAddress.isSandbox(target) else { return self }
    let typed = TargetAddress.isAddress(target) ? try TargetAddress(target) : nil
    let registry = try TargetRegistry.load(TargetsPlaces(environment: environment))
    guard let typed else { return try resolved(as: registry.find(target), registry, console) }
    guard case .server(let origin) = typed else { return self }
    let section = registry.target(at: origin)
    if isRecorded, let section { return try resolved(as: section, registry, console) }
    if registry.isEmpty { return self }
    var options = self
    let fences = section.map(registry.fences)
    options.transfer.trust = try trust(under: fences, isNamed: false)
    options.fenceCheck = FenceCheck(
      registry, named: nil, fences, trust: options.transfer.trust, shown: origin.description,
      note: { console.note($0) })
    return options
  }

  /// The options for a named target: what is typed, then what its section says; no variable counts.
  private func resolved(
    as section: NamedTarget, _ registry: TargetRegistry, _ console: Console
  ) throws(CommandFailure) -> ConnectingOptions {
    let fences = registry.fences(of: section)
    var options = try account(of: section)
    options.transfer.trust = try trust(under: fences, isNamed: true)
    options.fenceCheck = FenceCheck(
      registry, named: section, fences, trust: options.transfer.trust,
      shown: "\(section.name) (\(section.nodes[0]))", note: { console.note($0) })
    return options
  }

  /// The options with the URL and account of a section; its trust and fences are not applied.
  func account(
    of section: NamedTarget
  ) throws(CommandFailure) -> ConnectingOptions {
    var options = self
    options.target = section.nodes[0].description
    options.username = arguments.isTyped(.username) ? username : section.username
    let sources: [Option] = [.passwordFile, .netrcFile, .passwordCommand]
    options.passwordFile = arguments.isTyped(.passwordFile) ? passwordFile : nil
    options.netrcFile = arguments.isTyped(.netrcFile) ? netrcFile : nil
    options.passwordCommand = arguments.isTyped(.passwordCommand) ? passwordCommand : nil
    if !sources.contains(where: arguments.isTyped) {
      switch section.passwordSource {
      case .file(let path): options.passwordFile = path
      case .command(let command): options.passwordCommand = command
      case .netrc(let path): options.netrcFile = path
      case .credential(let name): options.credentialFile = try credential(name, section)
      case nil: break
      }
    }
    // The section's source is meant, not the one that a service offers for all servers.
    if section.passwordSource != nil { options.credentialsFolder = nil }
    return options
  }

  private func credential(
    _ name: String, _ section: NamedTarget
  ) throws(CommandFailure) -> String {
    guard let folder = credentialsFolder, !folder.isEmpty else {
      throw CommandFailure(
        .refused,
        "Target \(section.name) takes its password from the credential \(name) "
          + "(\(section.place(of: .credential))), and CREDENTIALS_DIRECTORY is not set",
        hint: "run it as a systemd service with LoadCredential=\(name):FILE, "
          + "or pass --password-file FILE")
    }
    return folder + "/" + name
  }

  /// The trust in the server: that of the fences, which no option changes, else what is typed.
  private func trust(
    under fences: TargetFences?, isNamed: Bool
  ) throws(CommandFailure) -> ServerTrust {
    let option = Command.trusting.first(where: arguments.isTyped)
    guard let fences, let own = fences.trust else {
      // A variable that was left set must not change the trust in a named target.
      return isNamed && option == nil ? .system : transfer.trust
    }
    guard let option else { return own }
    switch (transfer.trust, own) {
    case (.pinned(let typed), .pinned(let written))
    where TLSPin.parts(typed).isSubset(of: TLSPin.parts(written)):
      return .pinned(typed)
    case (.authorities(let typed), .authorities(let written))
    where AbsolutePath.of(typed) == AbsolutePath.of(written):
      return own
    default: break
    }
    let key: TargetKey = if case .pinned = own { .tlsPin } else { .caCert }
    let place = fences.place(of: .tlsPin, .caCert)
    throw CommandFailure(
      .refused,
      option == .insecure
        ? "--insecure is refused for target \(fences.name), whose \(key.rawValue) is in \(place)"
        : "Target \(fences.name) has another \(key.rawValue) in \(place) than \(option.flag) says",
      hint: "leave \(option.flag) out; if the server's certificate was renewed: "
        + "cupibulk target renew \(fences.name)")
  }

  /// The pace under the fences: a named target's own numbers, and never more than the fences allow.
  func fenced(_ pace: Pace, on console: Console) -> Pace {
    guard let fences else { return pace }
    var pace = pace
    func note(_ option: Option, _ typed: Int, _ allowed: Int, _ key: TargetKey) {
      console.note(
        "cupibulk: note: \(option.flag) \(typed) is lowered to \(allowed), as target \(fences.name) says "
          + "(\(fences.place(of: key)))")
    }
    let isNamed = fenceCheck?.named != nil
    if let slots = fences.slots {
      let isGiven = isNamed ? arguments.isTyped(.slots) : arguments.has(.slots)
      if isGiven, pace.slots > slots { note(.slots, pace.slots, slots, .slots) }
      pace.slots = isNamed && !isGiven ? slots : min(pace.slots, slots)
    }
    if let rate = fences.rate {
      let isGiven = isNamed ? arguments.isTyped(.rate) : arguments.has(.rate)
      let typed = isGiven ? arguments.givenNumber(.rate) : nil
      if let typed, typed > rate { note(.rate, typed, rate, .rate) }
      pace.rate = Double(min(typed ?? rate, rate))
    }
    return pace
  }
}
