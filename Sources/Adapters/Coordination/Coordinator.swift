// Who works on a run, and who pushes to a target: what each way of sharing a ledger has to answer.

package import PortGroupModel
package import SQLStores

/// Keeps processes out of each other's way, on one machine or on many.
package protocol Coordinator: Sendable {
  /// This process, as the owner of the runs that it begins or resumes.
  var owner: RunOwner { get }

  /// What is known of the process that owns a run.
  func state(of owner: RunOwner) -> OwnerState

  /// What a store checks first in each transaction that writes, so that a process whose run another one has taken over
  /// writes nothing more; nil where no run can be taken over from a process that lives.
  var fence: SQLFence? { get }

  /// Locks a target, or reports that another run has it; the lock is held while its value lives.
  func lock(_ target: TargetName) -> TargetLocking

  /// Who has a target locked now, in parentheses after a space; nil if nobody has.
  func holder(of target: TargetName) -> String?
}

/// What distinguishes a target from others.
package struct TargetName: Sendable, Equatable {
  /// Host and port, a sandbox's file, or a server's own id.
  package var text: String
  /// True for a name that means the same target only to those who share a state folder.
  package var isPrivate: Bool

  package init(_ text: String, isPrivate: Bool = false) {
    self.text = text
    self.isPrivate = isPrivate
  }
}

/// What came of an attempt to lock a target.
package enum TargetLocking: Sendable {
  case taken(any TargetLock)
  /// Another run has it: who, in parentheses after a space, or nothing where that is not known.
  case held(by: String)
  /// Why it can never be taken, as a clause with what to do.
  case failed(String)
}

/// A lock on a target, held while the value lives.
package protocol TargetLock: AnyObject, Sendable {}
