// The sentences about a plan, and what its first line says, for users.

import FoundationEssentials
import PortGroupFiles
import PortGroupModel

extension PlanCounts {
  /// The counts of what takes the plan back.
  var reversed: PlanCounts {
    var counts = PlanCounts()
    (counts.creates, counts.updates, counts.deletes) = (deletes, updates, creates)
    counts.changedGroups = changedGroups
    return counts
  }

  /// `2 to create, 1 to delete in 2 port groups; 3 unchanged; 1 refused`.
  var clause: String {
    let verbs = [(creates, "create"), (updates, "update"), (deletes, "delete")]
      .filter { $0.0 > 0 }
      .map { "\(Quantity.count($0.0)) to \($0.1)" }
    var parts = ["nothing to send"]
    if !verbs.isEmpty {
      parts = [
        "\(verbs.joined(separator: ", ")) in \(Quantity.count(changedGroups, "port group"))"
      ]
    }
    if unchanged > 0 { parts.append("\(Quantity.count(unchanged)) unchanged") }
    if refused > 0 { parts.append("\(Quantity.count(refused)) refused") }
    return parts.joined(separator: "; ")
  }
}

/// What is said about a plan beside its changes.
struct PlanWords {
  let overview: PlanOverview
  /// True for the way back.
  let isReversed: Bool
  /// What was typed to show only a part; empty for all.
  let filter: String
  /// Now, to see whether the plan is expired.
  let now: Date
  /// A time as the receiver shows it.
  let moment: (Date) -> String

  /// The counts of the whole plan, as a sentence.
  var counts: String {
    isReversed
      ? "The way back: \(overview.counts.reversed.clause)."
      : "The plan: \(overview.counts.clause)."
  }

  /// The name of the page.
  var title: String { isReversed ? "The way back of a plan" : "Plan" }

  /// What is shown in place of the plan, in sentences; empty for the plan itself.
  var explanations: [String] {
    guard isReversed else { return [] }
    let texts = [
      "This is the way back: what takes the plan back after it was applied, the last step first.",
      "Undoing the run that applied it does this: cupibulk undo RUN",
    ]
    return overview.counts.deletes == 0
      ? texts : texts + ["A server that is created again gets a new ObjectId."]
  }

  /// That a part is left out, and which is not.
  var filterSentence: String { "Only a part is shown: \(filter)" }

  /// The name of a part of the page, and whether it must not be overlooked.
  func title(of part: PlanContent.Part, count: Int) -> (text: String, isLoud: Bool) {
    switch part {
    case .writes: ("Changes: \(Quantity.count(count, "server")) to create or update", false)
    case .deletions: ("DELETES: \(Quantity.count(count, "server")) to delete", true)
    case .refusals:
      ("Refused: \(Quantity.count(count, "row")), for which nothing is sent", false)
    case .extras:
      (
        count == 1
          ? "In no row: 1 server, which stays as it is"
          : "In no row: \(Quantity.count(count, "server")), which stay as they are", false
      )
    }
  }

  /// The labels and values of the plan's first line; the values are as they were written.
  var head: [(label: String, value: String)] {
    let head = overview.head
    let target = head.target
    var facts = [
      ("plan", overview.file),
      ("fingerprint", "\(head.fingerprint) (\(head.fingerprint.short) for short)"),
      ("kind", head.kind),
      ("target", [target.name, target.url].compactMap(\.self).joined(separator: ", ")),
    ]
    if let version = target.version { facts.append(("version", version)) }
    facts.append(("server id", target.id ?? "the server reports none"))
    if let pin = target.pin { facts.append(("pin", pin)) }
    facts += head.inputs.map { ("input", Self.text(of: $0)) }
    if let part = head.part { facts.append(("part", Self.text(of: part))) }
    if let ticket = head.ticket { facts.append(("ticket", ticket)) }
    facts += [
      ("made by", head.by), ("made", "\(shown(head.made)) with cupibulk \(head.tool)"),
      (
        "not after", shown(head.notAfter) + (overview.isExpired(at: now) == true ? ", expired" : "")
      ),
    ]
    return facts
  }

  /// `only port group "Branch SIP"; at most 5 rows; without 3 invalid rows`.
  private static func text(of part: PlanHead.Part) -> String {
    var parts: [String] = []
    if !part.groups.isEmpty {
      parts.append("only port group " + part.groups.map(\.quoted).joined(separator: ", "))
    }
    if !part.services.isEmpty {
      parts.append("only service " + part.services.map(String.init).joined(separator: ", "))
    }
    if let limit = part.limit { parts.append("at most \(Quantity.count(limit, "row"))") }
    if part.invalid > 0 { parts.append("without \(Quantity.count(part.invalid, "invalid row"))") }
    return parts.joined(separator: "; ")
  }

  private func shown(_ time: String) -> String { PlanOverview.moment(time).map(moment) ?? time }

  /// `move.csv, 80 rows, SHA-256 1a2b3c4d5e6f…`.
  private static func text(of input: PlanHead.Input) -> String {
    let text = "\(input.file), \(Quantity.count(input.rows, "row"))"
    guard let digest = input.sha256 else { return text }
    return text + ", SHA-256 \(String(digest.unicodeScalars.prefix(12)))…"
  }
}
