// Under which names a sandbox may be reached, against pages that have their own name resolved to this machine.

// The socket types count as CMicroHTTPD's or as Glibc's, by which of the two was built first.
import CMicroHTTPD
import Glibc

/// The names and addresses that the `Host` of a request may have.
///
/// This machine's loopback always; where the sandbox listens beyond it, also the address that it listens on (any
/// address, where it listens on all) and the machine's own name.
struct HostNames: Equatable {
  private var names: Set<String> = ["localhost"]
  private var addresses: Set<[UInt8]> = [Self.loopbackV6]
  private var takesAnyAddress = false

  /// Loopback alone.
  static let loopback = HostNames()

  private init() {}

  /// - Parameters:
  ///   - address: what the sandbox listens on, in numbers or `localhost`.
  ///   - machine: the name of this machine.
  init(listeningOn address: String, machine: String = Self.machineName) {
    guard let bytes = Self.bytes(of: address), !Self.isLoopback(bytes) else { return }
    if bytes.allSatisfy({ $0 == 0 }) { takesAnyAddress = true }
    addresses.insert(bytes)
    if !machine.isEmpty { names.insert(machine.lowercased()) }
  }

  /// True where only this machine can reach the sandbox.
  static func isLoopback(_ address: String) -> Bool {
    address == "localhost" || bytes(of: address).map(isLoopback) ?? false
  }

  /// Whether a request may be sent to this value of `Host`: a name or address, and maybe a port.
  func admit(_ field: String) -> Bool {
    guard let host = Self.host(of: field) else { return false }
    if let bytes = Self.bytes(of: host.text) {
      guard host.isBracketed == (bytes.count == 16) else { return false }
      return takesAnyAddress || Self.isLoopback(bytes) || addresses.contains(bytes)
    }
    guard !host.isBracketed else { return false }
    let isRooted = host.text.utf8.last == UInt8(ascii: ".")
    let name = String(decoding: host.text.utf8.dropLast(isRooted ? 1 : 0), as: UTF8.self)
    return names.contains(name.lowercased())
  }

  /// What may be sent, as the end of a sentence.
  var wording: String {
    let others = names.subtracting(["localhost"]).sorted()
    return (["localhost", takesAnyAddress ? "its address" : "127.0.0.1"] + others)
      .joined(separator: " or ")
  }

  // MARK: Taking apart

  /// The host of a `Host` field (RFC 9112 §3.2), without its port; `nil` where it has another form.
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

  /// The 4 or 16 bytes of an address in numbers (`inet_pton`).
  private static func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
    return unsafe inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
  }

  private static func isLoopback(_ bytes: [UInt8]) -> Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes == loopbackV6
  }

  private static let loopbackV6 = [UInt8](repeating: 0, count: 15) + [1]

  /// The machine's name (`gethostname`); empty where it has none.
  static var machineName: String {
    var name = [CChar](repeating: 0, count: 257)
    guard unsafe gethostname(&name, 256) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
