// How a plan file that cannot be used is reported.

package import PortGroupFiles

extension CommandFailure {
  /// Nothing was sent, because the plan cannot be read or was changed.
  init(_ fault: PlanFault) { self.init(.inputInvalid, fault.message, hint: fault.hint) }
}

extension PlanFault {
  /// What to do next, as a clause; empty if the message contains it.
  package var hint: String {
    switch kind {
    case .unreadable: ""
    case .notAPlan: "make one with the option --plan of import, restore or undo"
    case .newer: "install the version that made it, or make the plan again"
    case .cut: "copy it again, or make the plan again"
    case .line, .changed: "make the plan again; a plan is never edited by hand"
    }
  }
}
