import PortGroupFiles
import PortGroupModel
import RowLedger

/// What to do next about a run: a sentence, and a command line that can be pasted, if there is one.
struct NextCommand: Equatable {
  let sentence: String
  let line: String?

  /// The lines for users; the command is the last one.
  var text: String { sentence + "\n" + (line.map { "  \($0)\n" } ?? "") }
}

extension NextCommand {
  /// What helps to find the next command.
  struct Situation {
    let summary: RunSummary
    let children: [RelatedRun]
    let sessions: [Session]
    /// True if rows are not finished, or written rows are not read back.
    let isOpen: Bool
    let hasChanges: Bool
    /// The option for the ledger, with a space before it; empty for the usual one.
    let ledgerOption: String
  }

  /// Finds the next command: resume, try again, fix, or undo.
  init(_ situation: Situation) {
    let (run, books) = (situation.summary.run, situation.summary.books)
    func command(_ words: String) -> String { "cupibulk \(words)\(situation.ledgerOption)" }
    if run.ending?.how == .declined {
      self.init(repeating: situation)
    } else if run.isRunning {
      self.init(sentence: "Nothing to do: process \(run.owner.pid) is at work on it.", line: nil)
    } else if run.opening.kind == .diff {
      self.init(sentence: "Nothing to do: it was a comparison, which changes nothing.", line: nil)
    } else if run.opening.kind == .backup, run.ending?.how == .done, run.exitCode != 0 {
      self.init(
        sentence: "Its snapshot is suspect. To see why:",
        line: "cupibulk backup list --repo \(run.opening.source.shellWord)")
    } else if run.opening.kind == .backup, run.ending?.how == .done {
      self.init(sentence: "Nothing to do: its snapshot is in the repository.", line: nil)
    } else if run.opening.isDry {
      self.init(sentence: "Nothing to do: it was a dry run, which sends nothing.", line: nil)
    } else if run.opening.kind == .apply, run.exitCode == Int(ExitStatus.planNotTrue.rawValue) {
      self.init(
        sentence: "It sent nothing, and the plan cannot be applied; make a new one.", line: nil)
    } else if !run.isStaged || run.opening.kind == .export && run.exitCode != 0 {
      self.init(repeating: situation)
    } else if run.wasRefused, run.opening.kind == .restore {
      self.init(repeating: situation)
    } else if run.wasRefused {
      self.init(
        sentence: "Nothing was sent. To get the rows to fix, and then import:",
        line: command("runs rejects \(run.id) -o \(Self.rejects(of: run))"))
    } else if let undo = situation.children.last(where: { $0.relation == .undo }) {
      self.init(
        sentence: "Nothing to do: it was undone. To see how that went:",
        line: command("runs show \(undo.run)"))
    } else if run.ending?.reason.contains("--max-delete") ?? false {
      self.init(
        sentence:
          "Nothing was sent. Check the rows that delete, then run the command again with --max-delete N.",
        line: nil)
    } else if run.opening.kind.isWriting, situation.isOpen || run.ended == nil {
      self.init(sentence: "To continue:", line: command("resume \(run.id)"))
    } else if books.failed > 0 {
      self.init(afterFailuresIn: situation, command)
    } else if run.opening.kind == .restore, run.exitCode == Int(ExitStatus.notAsAsked.rawValue) {
      self.init(
        sentence: "Not every port group is as the source. To see what differs:",
        line: command(
          "diff \(run.opening.source.shellWord) \(run.opening.target.reference.shellWord)"))
    } else if books.invalid > 0 {
      self.init(
        sentence: "To get the rows that were left out, to fix and import:",
        line: command("runs rejects \(run.id) -o \(Self.rejects(of: run))"))
    } else if situation.hasChanges {
      self.init(
        sentence: "Nothing to do. To put back what it changed:", line: command("undo \(run.id)"))
    } else {
      self.init(sentence: "Nothing to do.", line: nil)
    }
  }

  private init(afterFailuresIn situation: Situation, _ command: (String) -> String) {
    if let retry = situation.children.last(where: { $0.relation == .retry }) {
      self.init(
        sentence: "Nothing to do: the failed rows were tried again. To see how that went:",
        line: command("runs show \(retry.run)"))
    } else if situation.summary.run.opening.kind == .apply {
      self.init(
        sentence: "What failed was left alone; make a new plan for it. To see why:",
        line: command("runs rows \(situation.summary.run.id) --state failed"))
    } else {
      self.init(
        sentence: "To try the failed rows again, once the cause is fixed:",
        line: command("resume --failed \(situation.summary.run.id)"))
    }
  }

  /// The run is not resumed: the same command does it again, if it is known and complete.
  private init(repeating situation: Situation) {
    let typed = situation.sessions.first { $0.number == 1 }?.opening.command
    let isComplete =
      typed.map { !$0.contains(TypedCommandLine.secret) && !$0.contains(" … (") } ?? false
    self.init(
      sentence: isComplete
        ? "It sent nothing. Once the cause is fixed, the same again:"
        : "It sent nothing. Once the cause is fixed, run its command again.",
      line: isComplete ? typed : nil)
  }

  /// A name for the rows to fix, with the ending of the input.
  private static func rejects(of run: Run) -> String {
    let source = run.opening.source.lowercased()
    let ending = ["csv", "xml", "json"].first { source.contains(".\($0)") } ?? "csv"
    return "fix.\(ending)"
  }
}
