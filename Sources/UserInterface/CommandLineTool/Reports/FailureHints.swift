// What to do about rows that failed, by the code of the failure.

package import PortGroupModel

extension FailureCode {
  /// What to do next, as one clause.
  package var hint: String {
    switch self {
    case .exists: "use --mode upsert or update to change it"
    case .noMatch:
      "check ObjectId, Match cells, service and host; only an upsert without Match cells creates"
    case .ambiguousMatch: "add ObjectId, Port or TlsPort to distinguish them"
    case .sameServer: "keep one of the two rows"
    case .wouldDuplicate: "delete one of the two servers first"
    case .serviceFixed: "delete the server and create it with the new service"
    case .cannotEmpty:
      "leave the cell empty in CSV, or the element or key out, to keep what the server has; or delete the server and create it again"
    case .elsewhere: "correct the group, or leave ObjectId out"
    case .pimgReadOnly: "change it on the port group's page of the web administration"
    case .lastServer: "run the command again with --allow-last if the group may be left without one"
    case .afterFailure: "fix the earlier row, then run the command again"
    case .leftOut: "name the server by ObjectId or Match cells, or send all rows of the group"
    case .changedSince: "undo the run that did it first, or change the server by hand"
    case .changedSincePlan:
      "look at the server; if the row is still right, try it again with: cupibulk resume --failed"
    case .groupGone: "check the port groups of the target"
    case .cycle: "give one of the rows a free host or precedence first, then run the command again"
    case .refused: "read the server's message, fix the row and send it again"
    case .ignored: "look at the server; the field may not be writable there"
    case .missing: "look at the server; another client may have deleted it"
    }
  }
}
