/// Why a checked row could not be carried out; stable names, listed in docs/diagnostics.md.
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
  case changedSincePlan = "changed-since-plan"
  case groupGone = "group-gone"
  case cycle
  case refused
  case ignored
  case missing

  /// What it means, as one sentence for docs/diagnostics.md.
  package var meaning: String {
    switch self {
    case .exists: "A row to create matches an existing server that differs from it."
    case .noMatch:
      "No server matches, and the row cannot create one: it is an update, has a Match value, or has no service."
    case .ambiguousMatch: "The row matches several servers, and its ports do not distinguish them."
    case .sameServer: "Two rows of the group mean the same server; neither was sent."
    case .wouldDuplicate: "The change would give the server the key that another one has."
    case .serviceFixed: "The row would change the service of a server, which is fixed at creation."
    case .cannotEmpty:
      "The row empties a field that has a value on the server; only the two host fields can be emptied."
    case .elsewhere: "The row's ObjectId belongs to a server of another group."
    case .pimgReadOnly:
      "The group is a PIMG group, or the service a PIMG unit, and the row differs from it."
    case .lastServer: "It would delete the group's last server of its service."
    case .afterFailure:
      "A delete was held back because an earlier row of its group failed or is in doubt."
    case .leftOut:
      "The row would change the ports of a server that it found by its host, and rows of the input that may mean that server were left out."
    case .changedSince:
      "The server was changed or deleted since the run, or during it."
    case .changedSincePlan:
      "The server is no longer as the plan found it; it was left alone."
    case .groupGone: "The group no longer exists on the target."
    case .cycle:
      "The server refused the request; rows of the group take hosts or precedences from each other in a circle."
    case .refused: "The server refused the request; see the server's message."
    case .ignored: "The server reported success, but reading back shows no change."
    case .missing:
      "The server reported success, but reading back does not show the server."
    }
  }
}

extension FailureCode {
  /// True if the same row may succeed later although nobody has changed the row or the server by hand.
  package var maySucceedLater: Bool {
    switch self {
    case .refused, .ignored, .missing, .cycle, .afterFailure: true
    case .exists, .noMatch, .ambiguousMatch, .sameServer, .wouldDuplicate, .serviceFixed,
      .cannotEmpty, .elsewhere, .pimgReadOnly, .lastServer, .leftOut, .changedSince,
      .changedSincePlan, .groupGone:
      false
    }
  }
}
