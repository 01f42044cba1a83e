import BatchEngine
import HTTPTransfers
import PortGroupModel

/// A section of `targets.ini`: a server, or the two nodes of a cluster, by a name.
struct NamedTarget: Sendable, Equatable {
  /// Where the password comes from.
  enum PasswordSource: Sendable, Equatable {
    case file(String)
    case command(String)
    case netrc(String)
    /// A name in systemd's `$CREDENTIALS_DIRECTORY`.
    case credential(String)
  }

  let name: String
  /// The line of the section's heading.
  let place: TargetPlace
  /// One, or the two nodes of a cluster.
  var nodes: [Origin] = []
  var username: String?
  var passwordSource: PasswordSource?
  /// `nil` for the certificate authorities of this machine.
  var trust: ServerTrust?
  var id: ObjectID?
  var slots: Int?
  var rate: Int?
  var tags: [String] = []
  var isProtected = false
  var repository: String?
  /// The values as they are written, with their lines; only the keys that are there.
  var lines: [TargetKey: (value: String, line: Int)] = [:]

  init(_ name: String, at place: TargetPlace) {
    self.name = name
    self.place = place
  }

  /// The line of a key, or that of the heading.
  func line(of key: TargetKey) -> Int { lines[key]?.line ?? place.line }

  func place(of key: TargetKey) -> TargetPlace {
    TargetPlace(file: place.file, line: line(of: key))
  }

  /// The addresses by which targets are compared: all spellings of one are equal.
  var addresses: [String] { nodes.map { TargetAddress.server($0).lockName } }

  /// The URLs as the section has them, separated by a comma.
  var url: String { nodes.map(\.description).joined(separator: ", ") }

  /// The key by which the section sets the trust; `nil` if it does not.
  var trustKey: TargetKey? {
    switch trust {
    case .pinned: .tlsPin
    case .authorities: .caCert
    case .system, .unverified, nil: nil
    }
  }

  static func == (left: NamedTarget, right: NamedTarget) -> Bool {
    left.name == right.name && left.place == right.place && left.nodes == right.nodes
      && left.lines.mapValues(\.value) == right.lines.mapValues(\.value)
  }

  /// Why a text cannot be the name of a target, as a clause; `nil` if it can.
  static func complaint(ofName name: String) -> String? {
    if name.lowercased() == "sandbox" { return "sandbox: is the built-in one" }
    guard !name.isEmpty, name.utf8.count <= 49 else { return "a name has 1 to 49 characters" }
    guard name.utf8.allSatisfy(isNameByte) else {
      return "allowed are letters, digits, '.', '_' and '-'"
    }
    return name.utf8.first == UInt8(ascii: "-") ? "it must not begin with '-'" : nil
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
}
