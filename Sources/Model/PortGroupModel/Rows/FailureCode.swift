/// Why a checked row could not be done; stable names, listed in docs/diagnostics.md.
package enum FailureCode: String, Sendable, CaseIterable {
  case exists
  case noMatch = "no-match"
  case ambiguousMatch = "ambiguous-match"
  case sameServer = "same-server"
  case wouldDuplicate = "would-duplicate"
  case serviceFixed = "service-fixed"
  case cannotEmpty = "cannot-empty"
  case elsewhere
  case pimgReadOnly = "pimg-read-only"
  case lastServer = "last-server"
  case afterFailure = "after-failure"
  case leftOut = "left-out"
  case changedSince = "changed-since"
  case groupGone = "group-gone"
  case cycle
  case refused
  case ignored
  case missing

  /// What it means, as one sentence for docs/diagnostics.md.
  package var meaning: String {
    switch self {
    case .exists: "A row to create matches a server that is there and differs."
    case .noMatch:
      "No server matches, and the row cannot create one: an update, or with a Match value, or without a service."
    case .ambiguousMatch: "The row matches several servers, and its ports do not tell them apart."
    case .sameServer: "Two rows of the group mean the same server; neither was sent."
    case .wouldDuplicate: "The change would give the server the key that another one has."
    case .serviceFixed: "The row would change the service of a server, which is fixed at creation."
    case .cannotEmpty:
      "The row wants a field empty that holds a value on the server; only the two host fields can be emptied."
    case .elsewhere: "The row's ObjectId is that of a server of another group."
    case .pimgReadOnly:
      "The group is a PIMG group, or the service a PIMG unit, and the row differs from it."
    case .lastServer: "It would delete the group's last server of its service."
    case .afterFailure:
      "A delete was held back because an earlier row of its group failed or is in doubt."
    case .leftOut:
      "The row would change the ports of a server that it found by its host, and rows of the input that may mean that server were left out."
    case .changedSince:
      "The server was changed or deleted since the run, or while it was at work."
    case .groupGone: "The group is not on the target any more."
    case .cycle:
      "The server refused the request; rows of the group take hosts or precedences from each other in a circle."
    case .refused: "The server refused the request; see the server's message."
    case .ignored: "The server answered that it was done, but reading back shows no change."
    case .missing:
      "The server answered that it was done, but reading back does not show the server."
    }
  }

  /// What to do next, as one clause.
  package var hint: String {
    switch self {
    case .exists: "use --mode upsert or update to change it"
    case .noMatch:
      "check ObjectId, Match cells, service and host; only an upsert without Match cells creates"
    case .ambiguousMatch: "add ObjectId, Port or TlsPort to tell them apart"
    case .sameServer: "keep one of the two rows"
    case .wouldDuplicate: "delete one of the two servers first"
    case .serviceFixed: "delete the server and create it with the new service"
    case .cannotEmpty:
      "leave the cell empty in CSV, or the element or key out, to keep what the server has; or delete the server and create it again"
    case .elsewhere: "correct the group, or leave ObjectId out"
    case .pimgReadOnly: "change it on the port group's page of the web administration"
    case .lastServer: "import or undo again with --allow-last if the group may be left without one"
    case .afterFailure: "fix the earlier row, then import the file again"
    case .leftOut: "name the server by ObjectId or Match cells, or send all rows of the group"
    case .changedSince: "undo the run that did it first, or change the server by hand"
    case .groupGone: "check the port groups of the target"
    case .cycle: "give one of the rows a free host or precedence first, then import the file again"
    case .refused: "read the server's message, fix the row and import it again"
    case .ignored: "look at the server; the field may not be writable there"
    case .missing: "look at the server; another client may have deleted it"
    }
  }
}
