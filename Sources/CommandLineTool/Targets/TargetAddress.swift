// What --target may name.

import BatchEngine
import Glibc
import HTTPTransfers

/// A server, or a sandbox that this process runs itself.
enum TargetAddress {
  case server(Origin)
  /// With the file of its state; `nil` for one that lives in memory.
  case sandbox(file: String?)

  init(_ text: String) throws(CommandFailure) {
    if text == "sandbox:" || text == "sandbox" {
      self = .sandbox(file: nil)
    } else if text.hasPrefix("sandbox:") {
      self = .sandbox(file: String(text.dropFirst("sandbox:".count)))
    } else {
      do throws(OriginError) {
        self = .server(try Origin(parsing: text))
      } catch {
        throw CommandFailure(.usage, "\(error)")
      }
    }
  }

  /// What tells it from other targets, for the lock.
  var lockIdentity: String {
    switch self {
    case .server(let origin): "\(origin.host):\(origin.port)"
    case .sandbox(let file): "sandbox:" + (file.map(AbsolutePath.of) ?? "in memory of \(getpid())")
    }
  }

  /// As the ledger names it.
  var text: String {
    switch self {
    case .server(let origin): origin.description
    case .sandbox(let file): "sandbox:" + (file ?? "")
    }
  }
}
