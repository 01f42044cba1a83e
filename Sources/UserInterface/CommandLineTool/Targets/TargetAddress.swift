import BatchEngine
import Bytes
import Glibc
import HTTPTransfers
import PortGroupModel
import UnityConnection

/// The address of a target: a server, or a sandbox that this process runs.
enum TargetAddress {
  case server(Origin)
  /// A sandbox with the file of its state; `nil` for a state in memory.
  case sandbox(file: String?)

  init(_ text: String) throws(CommandFailure) {
    if text == "sandbox:" || text == "sandbox" {
      self = .sandbox(file: nil)
    } else if let file = text.dropping(prefix: "sandbox:") {
      self = .sandbox(file: String(file))
    } else {
      do throws(OriginError) {
        self = .server(try Origin(parsing: text))
      } catch {
        throw CommandFailure(.usage, error.fullText)
      }
    }
  }

  /// True for a text that is an address and no name: no name of a target has these characters.
  static func isAddress(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
  }

  /// True for the text of a sandbox, which has no name in a file of targets.
  static func isSandbox(_ text: String) -> Bool {
    text == "sandbox" || text.utf8.starts(with: "sandbox:".utf8)
  }

  /// The text that identifies the target.
  var lockIdentity: String {
    switch self {
    case .server(let origin): "\(origin.host):\(origin.port)"
    case .sandbox(let file): "sandbox:" + (file.map(AbsolutePath.of) ?? "in memory of \(getpid())")
    }
  }

  /// The same for the lock: all spellings of one address are equal, and so are all names of this machine's
  /// loopback address.
  var lockName: String {
    guard case .server(let origin) = self else { return lockIdentity }
    return "\(isOfThisMachine ? "localhost" : Host.canonical(origin.host)):\(origin.port)"
  }

  /// True for the usual names of the loopback address; other addresses, such as 127.0.0.2, may belong to other servers.
  var isOfThisMachine: Bool {
    guard case .server(let origin) = self else { return false }
    return Self.ownHosts.contains(Host.canonical(origin.host))
  }

  /// These names in canonical form; the last is 127.0.0.1 as an IPv6 address.
  private static let ownHosts = Set(
    ["localhost", "127.0.0.1", "::1", "::ffff:127.0.0.1"].map(Host.canonical))

  /// The target's name in the ledger.
  var text: String {
    switch self {
    case .server(let origin): origin.description
    case .sandbox(let file): "sandbox:" + (file ?? "")
    }
  }

  /// True for a server, which may have several names.
  var isRemote: Bool { if case .server = self { true } else { false } }

  /// True if a machine of the cluster has the name of this target.
  func isOne(_ machine: ClusterServer) -> Bool {
    guard case .server(let origin) = self else { return false }
    return machine.hosts.contains { $0.lowercased() == origin.host }
  }

  /// True if the target is known to be the secondary server of this cluster.
  func isSecondary(of cluster: [ClusterServer]) -> Bool {
    cluster.contains { isOne($0) && $0.role == .secondary }
  }
}

extension ClusterServer {
  /// The warning before a secondary server is changed (reference CUPI.md §3.6).
  static let secondaryWarning =
    "this is the secondary server of its cluster: while both are up, changes belong on the primary"
}
