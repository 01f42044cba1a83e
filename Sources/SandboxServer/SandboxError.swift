import SQLStores

/// Why a sandbox cannot work; the description says what failed, where, why, and what to do next.
package enum SandboxError: Error, Sendable, Equatable {
  /// The state file cannot be used.
  case state(path: String, reason: StateReason)
  /// A group or server cannot be added; `reason` is one clause.
  case notAdded(what: String, reason: String)
  /// The address is neither an IPv4 nor an IPv6 address, nor `localhost`.
  case addressUnknown(String)
  /// The sandbox cannot listen on the address and port.
  case cannotListen(address: String, port: UInt16, reason: ListenReason)
  /// The certificate or its key cannot be used; `reason` is one clause.
  case certificate(path: String, reason: String)

  /// Why a state file cannot be used.
  package enum StateReason: Sendable, Equatable {
    case busy
    case full
    case notASandbox
    case newerVersion
    case damaged
    case readOnly
    /// Any other reason, as one clause.
    case other(String)
  }

  /// Why the sandbox cannot listen on an address and port.
  package enum ListenReason: Sendable, Equatable {
    case inUse
    case notAllowed
    case addressNotHere
    /// Any other reason, as one clause.
    case other(String)
  }
}

extension SandboxError {
  /// The error for a state that could not be opened.
  init(opening storage: Sandbox.Storage, _ error: any Error) {
    let path = if case .file(let path) = storage { path } else { "memory" }
    guard let error = error as? SQLError else {
      self = .state(path: path, reason: .other("\(error)"))
      return
    }
    let reason: StateReason =
      switch error.kind {
      case .busy: .busy
      case .full: .full
      case .notADatabase, .anotherProgram, .foreignSchema: .notASandbox
      case .newerVersion: .newerVersion
      case .damaged: .damaged
      case .readOnly: .readOnly
      case .cannotOpen, .constraint, .moved, .fenced, .other: .other(error.message)
      }
    self = .state(path: path, reason: reason)
  }
}

extension SandboxError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .state(let path, let reason):
      "The sandbox's state in \(path) cannot be used: \(reason.clause)."
    case .notAdded(let what, let reason):
      "\(what) cannot be added to the sandbox: \(reason)."
    case .addressUnknown(let address):
      "The sandbox cannot listen on \(address): it is not an address. Give an IPv4 or IPv6 address of "
        + "this machine, such as 127.0.0.1."
    case .cannotListen(let address, let port, let reason):
      "The sandbox cannot listen on \(address) port \(port): \(reason.clause)."
    case .certificate(let path, let reason):
      "The certificate in \(path) cannot be used: \(reason)."
    }
  }
}

extension SandboxError.StateReason {
  fileprivate var clause: String {
    switch self {
    case .busy: "another program holds it locked. Stop the other sandbox, or name another file"
    case .full: "the disk is full. Make room, then try again"
    case .notASandbox: "it is not the state of a sandbox. Name another file, or a new one"
    case .newerVersion: "a newer version of this program wrote it. Use that version, or a new file"
    case .damaged: "it is damaged. Name another file, or a new one"
    case .readOnly: "it cannot be written. Change its mode, or name another file"
    case .other(let clause): "\(clause). Name another file, or put it right"
    }
  }
}

extension SandboxError.ListenReason {
  fileprivate var clause: String {
    switch self {
    case .inUse: "another program listens there. Choose another port, or 0 for any free one"
    case .notAllowed: "this user may not. Choose a port from 1024 on"
    case .addressNotHere: "this machine does not have that address. Try 127.0.0.1"
    case .other(let clause): clause
    }
  }
}
