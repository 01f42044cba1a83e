// A server that takes connections and says no word but what it is told to.

import Glibc
import Synchronization

/// A listening socket on a port of its own; what connects is kept waiting until `hangUp`.
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

  /// Waits until somebody has connected.
  func waitForCaller() async throws {
    while true {
      let connection = accept(listener, nil, nil)
      if connection >= 0 { return connections.withLock { $0.append(connection) } }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until somebody has connected and said so many bytes.
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

  /// Says something to everybody who has connected.
  func say(_ text: String) {
    let bytes = [UInt8](text.utf8)
    connections.withLock { connections in
      for connection in connections {
        _ = unsafe send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      }
    }
  }

  /// Closes all connections, without a byte.
  func hangUp() {
    connections.withLock { connections in
      for connection in connections { close(connection) }
      connections = []
    }
  }
}
