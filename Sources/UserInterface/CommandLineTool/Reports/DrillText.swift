// What a restore drill found, for users.

import BatchEngine
import PortGroupModel
import RowLedger
import SnapshotRepository

/// The words for the result of a drill.
struct DrillText {
  let result: DrillResult

  /// The page of the documentation about what a sandbox cannot show; packages install it in another folder than this project has.
  static let page = "what-only-the-server-can-refuse.md"
  /// The maximum number of groups and rows that are shown of a round, and of servers of each group.
  private static let shown = 5

  /// Prints the sentence to standard output; the rounds, if they are asked for, and what went wrong to standard error.
  ///
  /// - Parameters:
  ///   - console: Where it is printed.
  ///   - target: Whose snapshot it was, for users.
  ///   - withRounds: Whether each restore that was tried gets a line.
  func report(on console: Console, of target: String, withRounds: Bool = false) {
    let text = console.output.styled(sentence, result.isPassed ? .green : .yellow)
    console.print("\(target.escapedForDisplay): \(text)")
    for line in (withRounds ? rounds : []) + problems {
      console.note("  " + line.escapedForDisplay)
    }
  }

  // MARK: The sentence

  /// Whether the source can be restored, in one or a few sentences.
  var sentence: String {
    if let stop = result.stop { return Self.text(ofStop: stop) }
    guard result.isPassed else {
      return "Does not restore in the sandbox: \(result.source.escapedForDisplay)."
    }
    guard !result.isUntried else {
      return
        "Loads in the sandbox: \(size). Nothing in it can be changed over the API, so that no restore was tried."
    }
    var sentences = [
      "Restores in the sandbox: \(size); \(Quantity.count(result.changes, "change")) put back."
    ]
    let leftOut = result.rounds.last?.leftOut.count ?? 0
    if leftOut > 0 {
      sentences.append(
        "Onto other ids without \(Quantity.count(leftOut, "port group")), which \(leftOut == 1 ? "its name does" : "their names do") "
          + "not distinguish.")
    }
    sentences.append(
      "What only the real server can refuse is listed in the documentation (\(Self.page)).")
    return sentences.joined(separator: " ")
  }

  private var size: String {
    let round = result.rounds.first
    return Quantity.count(round?.groups ?? 0, "port group") + ", "
      + Quantity.count(round?.servers ?? 0, "server")
  }

  private static func text(ofStop stop: RunStop) -> String {
    switch stop {
    case .interrupted, .terminated, .hungUp, .outOfProcessorTime, .aborted:
      "The drill" + stop.sentence.dropFirst("The run".count) + "."
    default: "The drill ended early: \(stop.reason.escapedForDisplay)."
    }
  }

  // MARK: Lines

  /// One line for each restore that was tried: what was damaged, and what was written.
  var rounds: [String] {
    result.rounds.map { round in
      var parts = [
        "\(round.ids.title): \(Quantity.count(round.groups, "port group")), "
          + Quantity.count(round.servers, "server"),
        "damaged: \(round.damage.text)",
      ]
      if let books = round.books {
        parts.append(
          "\(Quantity.count(books.created)) created, \(Quantity.count(books.updated)) updated, "
            + "\(Quantity.count(books.deleted)) deleted")
      }
      return parts.joined(separator: "; ")
    }
  }

  /// What went wrong; empty if nothing did.
  var problems: [String] { result.rounds.flatMap(problems) }

  private func problems(of round: DrillRound) -> [String] {
    guard !round.isPassed else { return [] }
    var lines: [String] = []
    if let stop = round.stop, stop != result.stop { lines.append(stop.reason) }
    if round.different > 0 {
      lines.append(
        "\(Quantity.count(round.different)) of \(Quantity.count(round.groups, "port group")) "
          + "\(round.different == 1 ? "is" : "are") not as the source")
    }
    for group in round.firstDifferent.prefix(Self.shown) {
      let texts = group.texts
      lines += texts.prefix(Self.shown).map { "\(group.name.quoted): \($0)" }
      let more = group.count - Self.shown
      if more > 0 {
        lines.append("\(group.name.quoted): … and \(Quantity.count(more, "more server"))")
      }
    }
    let more = round.different - Self.shown
    if more > 0 { lines.append("… and \(Quantity.count(more, "more port group"))") }
    lines += round.touched.map {
      "PIMG group \($0.quoted) was changed, although its servers are read-only"
    }
    lines += round.failed.prefix(Self.shown).map { row in
      "\(row.group.quoted): \(row.server): \(row.code)" + (row.detail.map { ": \($0)" } ?? "")
    }
    lines += round.errors.prefix(Self.shown).map(\.message)
    if lines.isEmpty, round.stop == nil { lines.append("the restore did not check its result") }
    return lines.map { "\(round.ids.title): \($0)" }
  }
}

extension DrillResult {
  /// The exit code: a configuration that does not restore is not as asked.
  package var status: ExitStatus {
    if case .repository = stop { return .notAsAsked }
    return stop?.status ?? (isPassed ? .success : .notAsAsked)
  }
}

extension DrillRound.IDs {
  fileprivate var title: String {
    switch self {
    case .same: "onto the same ids"
    case .other: "onto other ids"
    }
  }
}

extension DrillRound.Group {
  /// What differs, a text a server.
  var texts: [String] {
    differences.isEmpty
      ? ["its servers are not those of the source"] : differences.map { $0.text(in: integration) }
  }
}

extension DrillDamage.Counts {
  /// What was damaged, in words.
  fileprivate var text: String {
    guard !isNone else { return "nothing, because nothing can be changed over the API" }
    let parts = [
      (changed.values.reduce(0, +), "changed"), (deleted, "deleted"), (added, "added"),
      (swappedHosts, "with exchanged hosts"), (swapped, "exchanged"),
    ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    let groups = emptied > 0 ? [Quantity.count(emptied, "port group") + " emptied"] : []
    return (parts + groups).joined(separator: ", ")
  }
}
