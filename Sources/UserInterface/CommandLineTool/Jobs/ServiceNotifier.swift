import Glibc

/// Shows the service manager what the program does now (sd_notify(3)); outside of a service it does nothing.
///
/// A message that cannot be sent at once is lost: nothing depends on it.
struct ServiceNotifier: Sendable {
  /// The name of the socket, as `sun_path` has it; `nil` if there is none.
  private let name: [UInt8]?

  /// The longest status, in bytes.
  private static let limit = 200

  /// Takes the socket of `$NOTIFY_SOCKET`: an absolute path, or `@` and the name of an abstract socket.
  ///
  /// Any other value counts as not set.
  init(environment: [String: String]) {
    let bytes = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
    let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    // One byte of a path is for the NUL at its end.
    guard (2..<capacity).contains(bytes.count), !bytes.contains(0) else {
      name = nil
      return
    }
    switch bytes[0] {
    case UInt8(ascii: "/"): name = bytes + [0]
    case UInt8(ascii: "@"): name = [0] + bytes.dropFirst()
    default: name = nil
    }
  }

  /// Sets the line that `systemctl status` shows; control characters become spaces, and a long text is cut.
  func status(_ text: String) {
    guard let name else { return }
    var line = ""
    for scalar in text.unicodeScalars {
      let shown = OptionValue.isLine(String(scalar)) ? scalar : " "
      guard line.utf8.count + UTF8.width(shown) <= Self.limit else { break }
      line.unicodeScalars.append(shown)
    }
    Self.send(Array("STATUS=\(line)".utf8), to: name)
  }

  private static func send(_ message: [UInt8], to name: [UInt8]) {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    // The length counts: the name of an abstract socket has no NUL at its end.
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    _ = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe sendto(
          descriptor, message, message.count, Int32(MSG_NOSIGNAL), address, length)
      }
    }
  }
}
