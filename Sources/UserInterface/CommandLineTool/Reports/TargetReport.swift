import FoundationEssentials
import Glibc
import HTTPTransfers
import PortGroupModel
import UnityConnection

/// What `target check` has found out about a target, for users and for programs.
struct TargetReport {
  private let address: TargetAddress
  private let connecting: ConnectingOptions
  var certificate: ServerCertificateFacts?
  /// Why the certificate is not trusted; `nil` if it is.
  var distrust: String?
  var version: String?
  var cluster: [ClusterServer]?
  var portGroups: Int?
  /// The run that has locked the server now, in parentheses after a space; `nil` if none is known.
  var pushing: String?
  /// Why the check ended early; `nil` if it did not.
  var error: String?

  init(_ address: TargetAddress, _ connecting: ConnectingOptions) {
    self.address = address
    self.connecting = connecting
  }

  /// The address as text.
  var addressText: String { address.text }

  /// True if the target is known to be the secondary server of a cluster.
  var isSecondary: Bool { cluster.map(address.isSecondary) ?? false }

  /// The command line to use next.
  var next: String {
    var words = ["cupibulk"]
    if distrust != nil {
      let trust = certificate.map { ["--tls-pin", $0.pin] } ?? ["--ca-cert", "FILE"]
      words += ["target", "check", address.text] + account + trust
    } else if let named = connecting.fenceCheck?.named {
      words += ["export", "--target", named.name, "-o", "backup.xml"]
    } else {
      words += ["export", "--target", address.text] + account + trust + ["-o", "backup.xml"]
    }
    return words.map(\.shellWord).joined(separator: " ")
  }

  func print(on console: Console, asJSON: Bool) {
    if asJSON {
      console.end(with: TargetCheckReport(report: self))
    } else {
      console.write(table.text(for: console.output))
    }
  }

  /// The name of the target in targets.ini.
  var name: String? { connecting.fenceCheck?.named?.name }

  /// True if the certificate is trusted; `nil` without one.
  var isTrusted: Bool? {
    certificate.map { _ in distrust == nil && connecting.transfer.trust != .unverified }
  }

  private var table: TextTable {
    var table = TextTable([.text(""), .text("")])
    func line(_ label: String, _ text: String?) {
      guard let text else { return }
      table.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    line("target", connecting.fenceCheck?.named == nil ? address.text : connecting.shownTarget)
    addFindings(to: &table)
    if error == nil { line("next", next) }
    return table
  }

  /// Adds what the server shows: certificate, version, cluster, id, port groups.
  ///
  /// `saysTrust` is false for a certificate about which the user decides.
  func addFindings(to table: inout TextTable, saysTrust: Bool = true) {
    func line(_ label: String, _ text: String?) {
      guard let text else { return }
      table.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    if let certificate {
      line("certificate", certificate.subject)
      line(
        "issued by",
        certificate.issuer == certificate.subject ? "itself" : certificate.issuer)
      line("valid", validity(certificate))
      line("pin", certificate.pin)
      if saysTrust { line("trusted", trustText) }
    }
    line("version", version)
    if version != nil { line("cluster", cluster.map(clusterText) ?? "not reported") }
    line("id", cluster?.identity?.text)
    line("port groups", portGroups.map { Quantity.count($0) })
    line("locked", pushing.map { "another run of cupibulk is pushing to it\($0)" })
  }

  private func validity(_ certificate: ServerCertificateFacts) -> String {
    let days = Date.ISO8601FormatStyle().year().month().day()
    let now = Date()
    let state =
      now > certificate.end ? " (it has expired)" : now < certificate.begin ? " (not yet)" : ""
    return "\(certificate.begin.formatted(days)) to \(certificate.end.formatted(days))\(state)"
  }

  private var trustText: String {
    if let distrust { return "no: \(distrust)" }
    return switch connecting.transfer.trust {
    case .system: "yes, by an authority of this system"
    case .authorities(let file): "yes, by an authority in \(file)"
    case .pinned: "yes, by its pin"
    case .unverified: "not verified (--insecure)"
    }
  }

  private func clusterText(_ servers: [ClusterServer]) -> String {
    servers.map { server in
      let role = server.role.word.map { " \($0)" } ?? ""
      return server.name + role + (address.isOne(server) && servers.count > 1 ? " (this one)" : "")
    }.joined(separator: ", ")
  }

  private var account: [String] {
    // The account of a sandbox has a fixed name.
    guard case .server = address else { return [] }
    var words: [String] = []
    if let name = connecting.username {
      words = ["--username", name]
    } else if connecting.netrcFile == nil {
      words = ["--username", "NAME"]
    }
    let sources: [(Option, String?)] = [
      (.passwordFile, connecting.passwordFile), (.netrcFile, connecting.netrcFile),
      (.passwordCommand, connecting.passwordCommand),
    ]
    for case (let option, let value?) in sources { words += [option.flag, value] }
    return words
  }

  private var trust: [String] {
    switch connecting.transfer.trust {
    case .system: []
    case .authorities(let file): ["--ca-cert", file]
    case .pinned(let pin): ["--tls-pin", pin]
    // An incomplete report is better than none.
    case .unverified: certificate.map { ["--tls-pin", $0.pin] } ?? []
    }
  }
}

extension ClusterServer.Role {
  /// In one or two words; `nil` if the server did not report it.
  var word: String? {
    switch self {
    case .primary: "primary"
    case .secondary: "secondary"
    case .single: "alone"
    case .other(let state): "in state \(state)"
    case .unknown: nil
    }
  }
}
