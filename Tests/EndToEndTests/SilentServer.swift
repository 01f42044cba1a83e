import Glibc
import Synchronization

/// A server that accepts connections and sends nothing except the test's texts, until `hangUp`.
final class SilentServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let connections = Mutex<[Int32]>([])

  var url: String { "http://127.0.0.1:\(port)" }

  init() throws {
    let socket = try LoopbackListener(flags: Int32(SOCK_NONBLOCK.rawValue))
    listener = socket.descriptor
    port = socket.port
  }

  deinit {
    hangUp()
    close(listener)
  }

  /// Waits until a client has connected.
  func waitForCaller() async throws {
    while true {
      let connection = accept(listener, nil, nil)
      if connection >= 0 { return connections.withLock { $0.append(connection) } }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until a client has connected and sent `count` bytes.
  func firstWords(count: Int) async throws -> String {
    try await waitForCaller()
    var bytes = [UInt8](repeating: 0, count: count)
    let caller = connections.withLock { $0.last ?? -1 }
    while unsafe recv(caller, &bytes, count, Int32(MSG_PEEK | MSG_DONTWAIT))
      < count
    {
      try await Task.sleep(for: .milliseconds(5))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Sends a text to all connected clients.
  func say(_ text: String) {
    let bytes = [UInt8](text.utf8)
    connections.withLock { connections in
      for connection in connections {
        _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
    }
  }

  /// Closes all connections.
  func hangUp() {
    connections.withLock { connections in
      for connection in connections { close(connection) }
      connections = []
    }
  }
}
