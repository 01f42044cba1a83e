// Status messages to a service manager, over real sockets.

import Glibc
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct ServiceNotifierTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A socket as a service manager has it.
  private struct Manager: ~Copyable {
    let descriptor: Int32

    /// Binds a name as it is in `NOTIFY_SOCKET`.
    init(_ name: String) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      var bytes = Array(name.utf8)
      if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
      let (number, length) = (descriptor, socklen_t(2 + bytes.count))
      let status = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe bind(number, $0, length)
        }
      }
      try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// The next message; `nil` if none is there.
    func message() -> String? {
      var bytes = [UInt8](repeating: 0, count: 4_096)
      let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
  }

  private static func send(_ text: String, to socket: String?) {
    ServiceNotifier(environment: socket.map { ["NOTIFY_SOCKET": $0] } ?? [:]).status(text)
  }

  @Test(arguments: [false, true])
  func `a status arrives as one line`(isAbstract: Bool) throws {
    let name = (isAbstract ? "@" : "") + folder.path("socket")
    let manager = try Manager(name)
    Self.send("Reading prod: 3 of 12 groups", to: name)
    #expect(manager.message() == "STATUS=Reading prod: 3 of 12 groups")
    Self.send("a\nMAINPID=1\u{0}\u{1B}[2J\u{2028}b", to: name)
    #expect(manager.message() == "STATUS=a MAINPID=1  [2J b")
    Self.send(String(repeating: "ä", count: 1_000), to: name)
    #expect(manager.message() == "STATUS=" + String(repeating: "ä", count: 100))
    #expect(manager.message() == nil)
  }

  @Test func `a name of full length is used`() throws {
    let name = "@" + String(repeating: "x", count: 107 - 1 - 8) + "\(getpid())".suffix(8)
    let manager = try Manager(name)
    Self.send("on", to: name)
    #expect(manager.message() == "STATUS=on")
  }

  @Test func `without a socket, and with odd values, nothing happens`() throws {
    let file = try folder.write("text", to: "file")
    let long = "/" + String(repeating: "x", count: 200)
    for value in [
      nil, "", "/", "@", "relative", "vsock:2:9999", file, folder.path, folder.path("missing"),
      long, "/a\u{0}b",
    ] {
      Self.send("nothing", to: value)
    }
    #expect(try folder.read("file") == "text")
    #expect(try folder.names() == ["file"])
  }

  @Test func `a manager that reads nothing does not hold up the program`() throws {
    let name = folder.path("full")
    let manager = try Manager(name)
    for _ in 0..<5_000 { Self.send("on", to: name) }
    #expect(manager.message() == "STATUS=on")
  }
}
