package import PortGroupModel
package import SQLStores

/// Coordinates processes, on one machine or on several.
package protocol Coordinator: Sendable {
  /// This process, as owner of the runs that it begins or resumes.
  var owner: RunOwner { get }

  /// Returns what is known of the process that owns a run.
  func state(of owner: RunOwner) -> OwnerState

  /// The check at the start of each write transaction, which stops writes of a process that no longer owns its run.
  ///
  /// It is `nil` if a run cannot be taken over from a live process.
  var fence: SQLFence? { get }

  /// Locks a target, or reports that another run has locked it; the lock is held while its value exists.
  func lock(_ target: TargetName) -> TargetLocking

  /// The process that has locked a target, in parentheses after a space; `nil` if it is not locked.
  func holder(of target: TargetName) -> String?
}

/// The name by which a target is locked.
package struct TargetName: Sendable, Equatable {
  /// Host and port, a sandbox's file, or a server's own id.
  package var text: String
  /// True if the name identifies the target only among processes that share a state folder.
  package var isPrivate: Bool

  package init(_ text: String, isPrivate: Bool = false) {
    self.text = text
    self.isPrivate = isPrivate
  }
}

/// The result of an attempt to lock a target.
package enum TargetLocking: Sendable {
  case taken(any TargetLock)
  /// Another run has locked it: its process, in parentheses after a space; empty if that is not known.
  case held(by: String)
  /// The target cannot be locked: why, and what to do, as a clause.
  case failed(String)
}

/// A lock on a target, held while the object exists.
package protocol TargetLock: AnyObject, Sendable {}
