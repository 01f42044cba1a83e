// The compiler assigns the socket types to CMicroHTTPD or to Glibc, whichever was built first.
import CMicroHTTPD
import Glibc

/// The names and addresses that are allowed in the `Host` field of a request.
///
/// Loopback names and addresses are always allowed. If the sandbox listens on another address, that address
/// and the machine's name are allowed too; if it listens on all addresses, any address is allowed.
///
/// This protects against web pages whose host name resolves to this machine.
struct HostNames: Equatable {
  private var names: Set<String> = ["localhost"]
  private var addresses: Set<[UInt8]> = [Self.loopbackV6]
  private var allowsAnyAddress = false

  /// Loopback only.
  static let loopback = HostNames()

  private init() {}

  /// - Parameters:
  ///   - address: The address that the sandbox listens on: a numeric address or `localhost`.
  ///   - machine: The name of this machine.
  init(listeningOn address: String, machine: String = Self.machineName) {
    guard let bytes = Self.bytes(of: address), !Self.isLoopback(bytes) else { return }
    if bytes.allSatisfy({ $0 == 0 }) { allowsAnyAddress = true }
    addresses.insert(bytes)
    if !machine.isEmpty { names.insert(machine.lowercased()) }
  }

  /// True if only this machine can reach the address.
  static func isLoopback(_ address: String) -> Bool {
    address == "localhost" || bytes(of: address).map(isLoopback) ?? false
  }

  /// True if a request may have this value of `Host`: a name or address, optionally with a port.
  func admit(_ field: String) -> Bool {
    guard let host = Self.host(of: field) else { return false }
    if let bytes = Self.bytes(of: host.text) {
      guard host.isBracketed == (bytes.count == 16) else { return false }
      return allowsAnyAddress || Self.isLoopback(bytes) || addresses.contains(bytes)
    }
    guard !host.isBracketed else { return false }
    let isRooted = host.text.utf8.last == UInt8(ascii: ".")
    let name = String(decoding: host.text.utf8.dropLast(isRooted ? 1 : 0), as: UTF8.self)
    return names.contains(name.lowercased())
  }

  /// The allowed values, as the end of a sentence.
  var wording: String {
    let others = names.subtracting(["localhost"]).sorted()
    return (["localhost", allowsAnyAddress ? "its address" : "127.0.0.1"] + others)
      .joined(separator: " or ")
  }

  // MARK: Parsing

  /// The host in a `Host` field (RFC 9112 §3.2), without the port; `nil` if the field is malformed.
  private static func host(of field: String) -> (text: String, isBracketed: Bool)? {
    var rest = field.utf8[...]
    var isBracketed = false
    let text: Substring.UTF8View
    if rest.first == UInt8(ascii: "[") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      text = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      isBracketed = true
    } else {
      text = rest.prefix { $0 != UInt8(ascii: ":") }
      rest = rest[text.endIndex...]
    }
    if rest.first == UInt8(ascii: ":") {
      rest.removeFirst()
      guard rest.isEmpty || decimal(String(decoding: rest, as: UTF8.self)) ?? .max <= 65_535 else {
        return nil
      }
    } else if !rest.isEmpty {
      return nil
    }
    return (String(decoding: text, as: UTF8.self), isBracketed)
  }

  /// The 4 or 16 bytes of a numeric address (`inet_pton`), or `nil`.
  private static func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
    return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
  }

  private static func isLoopback(_ bytes: [UInt8]) -> Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == loopbackV6
  }

  private static let loopbackV6 = [UInt8](repeating: 0, count: 15) + [1]

  /// The machine's name (`gethostname`); empty if it has none.
  static var machineName: String {
    var name = [CChar](repeating: 0, count: 257)
    guard unsafe gethostname(&name, 256) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
